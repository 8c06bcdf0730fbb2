from django.urls import path

from people import confirmation, factors, import_views, role_views, views

app_name = "people"

urlpatterns = [
    path("", views.people, name="list"),
    path("new/", views.person_new, name="new"),
    path("import/", import_views.import_people, name="import"),
    path("import/apply/", import_views.import_apply, name="import_apply"),
    path("import/sample.<str:kind>", import_views.import_sample, name="import_sample"),
    path("roles/", role_views.role_list, name="role_list"),
    path("roles/permissions/", role_views.role_permissions, name="role_permissions"),
    path("profile/", views.profile, name="profile"),
    path("second-factor/", factors.set_up, name="second_factor"),
    path("confirm/", confirmation.confirm, name="confirm"),
    path("delegations/<uuid:pk>/end/", views.delegation_end, name="delegation_end"),
    path("<uuid:pk>/", views.person, name="person"),
    path("<uuid:pk>/roles/", role_views.person_roles, name="roles"),
    path("<uuid:pk>/second-factor/", factors.reset, name="factor_reset"),
    path("<uuid:pk>/invite/", views.person_invite, name="invite"),
    path("<uuid:pk>/deactivate/", views.person_deactivate, name="deactivate"),
    path("<uuid:pk>/reactivate/", views.person_reactivate, name="reactivate"),
    path("<uuid:pk>/stand-in/", views.delegation_new, name="delegation_new"),
]
