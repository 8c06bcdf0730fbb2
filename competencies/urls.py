from django.urls import path

from competencies import draft_views as drafts
from competencies import views

app_name = "competencies"

urlpatterns = [
    path("", views.catalogue, name="catalogue"),
    path("matrix/", views.matrix_in_use, name="matrix"),
    path("scales/", views.scales_in_use, name="scales_in_use"),
    path("versions/", views.versions, name="versions"),
    path("versions/new/", views.new_version, name="new_version"),
    path("versions/import/", views.import_version, name="import"),
    path("packs/<slug:key>/add/", drafts.pack_add, name="pack_add"),
    path("<uuid:pk>/export/", views.export_version, name="export"),
    path("<uuid:pk>/", drafts.detail, name="detail"),
    path("<uuid:pk>/matrix/", views.matrix_of, name="matrix_of"),
    path("<uuid:pk>/against/<uuid:other>/", views.differences, name="differences"),
    path("<uuid:pk>/edit/", drafts.edit, name="edit"),
    path("<uuid:pk>/publish/", drafts.publish, name="publish"),
    path("<uuid:pk>/discard/", drafts.discard, name="discard"),
    path("<uuid:pk>/codes/new/", views.code_new, name="code_new"),
    path("<uuid:pk>/codes/<uuid:code_pk>/bring-back/", drafts.code_bring_back, name="code_bring_back"),
    path("<uuid:pk>/scales/", views.scales, name="scales"),
    path("codes/<uuid:pk>/", views.code, name="code"),
    path("codes/<slug:key>/", views.code_by_key, name="code_by_key"),
    path("codes/<uuid:pk>/edit/", views.code_edit, name="code_edit"),
    path("codes/<uuid:pk>/move/<slug:direction>/", drafts.code_move, name="code_move"),
    path("codes/<uuid:pk>/retire/", drafts.code_retire, name="code_retire"),
    path("scales/<uuid:pk>/edit/", views.scale_edit, name="scale_edit"),
    path("scales/<uuid:pk>/bring-back/", drafts.scale_bring_back, name="scale_bring_back"),
    path("scales/<uuid:pk>/points/new/", drafts.point_new, name="point_new"),
    path("points/<uuid:pk>/remove/", drafts.point_remove, name="point_remove"),
]
