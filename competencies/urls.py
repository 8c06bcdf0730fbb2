from django.urls import path

from competencies import views

app_name = "competencies"

urlpatterns = [
    path("", views.catalogue, name="catalogue"),
    path("matrix/", views.matrix_in_use, name="matrix"),
    path("scales/", views.scales_in_use, name="scales_in_use"),
    path("versions/", views.versions, name="versions"),
    path("versions/new/", views.new_version, name="new_version"),
    path("<uuid:pk>/", views.detail, name="detail"),
    path("<uuid:pk>/matrix/", views.matrix_of, name="matrix_of"),
    path("<uuid:pk>/against/<uuid:other>/", views.differences, name="differences"),
    path("<uuid:pk>/publish/", views.publish, name="publish"),
    path("<uuid:pk>/discard/", views.discard, name="discard"),
    path("<uuid:pk>/codes/new/", views.code_new, name="code_new"),
    path("<uuid:pk>/scales/", views.scales, name="scales"),
    path("codes/<uuid:pk>/", views.code, name="code"),
    path("codes/<slug:key>/", views.code_by_key, name="code_by_key"),
    path("codes/<uuid:pk>/edit/", views.code_edit, name="code_edit"),
    path("codes/<uuid:pk>/delete/", views.code_delete, name="code_delete"),
    path("scales/<uuid:pk>/edit/", views.scale_edit, name="scale_edit"),
]
