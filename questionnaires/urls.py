from django.urls import path

from questionnaires import views

app_name = "questionnaires"

urlpatterns = [
    path("<uuid:pk>/questionnaires/", views.forms_of_draft, name="list"),
    path("questionnaires/<uuid:pk>/", views.questionnaire, name="questionnaire"),
    path("questionnaires/<uuid:pk>/edit/", views.questionnaire_edit, name="questionnaire_edit"),
    path("questionnaires/<uuid:pk>/preview/", views.preview, name="preview"),
    path("questionnaires/<uuid:pk>/bring-back/", views.questionnaire_bring_back, name="questionnaire_bring_back"),
    path("questionnaires/<uuid:pk>/sections/new/", views.section_new, name="section_new"),
    path("questionnaires/<uuid:pk>/move/<slug:direction>/", views.questionnaire_move, name="questionnaire_move"),
    path("sections/<uuid:pk>/edit/", views.section_edit, name="section_edit"),
    path("sections/<uuid:pk>/retire/", views.section_retire, name="section_retire"),
    path("sections/<uuid:pk>/move/<slug:direction>/", views.section_move, name="section_move"),
    path("sections/<uuid:pk>/questions/new/", views.question_kinds, name="question_kinds"),
    path("sections/<uuid:pk>/questions/new/<slug:kind>/", views.question_new, name="question_new"),
    path("sections/<uuid:pk>/questions/<uuid:question>/share/", views.question_share, name="question_share"),
    path("questions/<uuid:pk>/edit/", views.question_edit, name="question_edit"),
    path("questions/<uuid:pk>/retire/", views.question_retire, name="question_retire"),
    path("questions/<uuid:pk>/move/<slug:direction>/", views.question_move, name="question_move"),
    path("templates/<uuid:pk>/", views.template, name="template"),
    path("templates/<uuid:pk>/edit/", views.template_edit, name="template_edit"),
    path("templates/<uuid:pk>/bring-back/", views.template_bring_back, name="template_bring_back"),
    path("templates/<uuid:pk>/stages/<slug:key>/", views.stage_edit, name="stage_edit"),
]
