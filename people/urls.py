from django.urls import path

from people import confirmation, factors, views

app_name = "people"

urlpatterns = [
    path("", views.people, name="list"),
    path("new/", views.person_new, name="new"),
    path("import/", views.import_people, name="import"),
    path("import/apply/", views.import_apply, name="import_apply"),
    path("profile/", views.profile, name="profile"),
    path("second-factor/", factors.set_up, name="second_factor"),
    path("confirm/", confirmation.confirm, name="confirm"),
    path("delegations/<uuid:pk>/end/", views.delegation_end, name="delegation_end"),
    path("<uuid:pk>/", views.person, name="person"),
    path("<uuid:pk>/roles/", views.person_roles, name="roles"),
    path("<uuid:pk>/second-factor/", factors.reset, name="factor_reset"),
    path("<uuid:pk>/invite/", views.person_invite, name="invite"),
    path("<uuid:pk>/deactivate/", views.person_deactivate, name="deactivate"),
    path("<uuid:pk>/stand-in/", views.delegation_new, name="delegation_new"),
]
