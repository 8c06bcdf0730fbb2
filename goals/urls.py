from django.urls import path

from goals.views import evidence, life, lists, objectives, plan

app_name = "goals"

urlpatterns = [
    path("", lists.own, name="list"),
    path("team/", lists.team, name="team"),
    path("of/<uuid:pk>/", lists.person, name="person"),
    path("new/", plan.templates, name="new"),
    path("new/empty/", plan.create, name="create"),
    path("new/<uuid:pk>/", plan.from_template, name="from_template"),
    path("carry-over/", plan.carry_over, name="carry_over"),
    path("<uuid:pk>/", life.detail, name="detail"),
    path("<uuid:pk>/edit/", plan.edit, name="edit"),
    path("<uuid:pk>/delete/", plan.delete, name="delete"),
    path("<uuid:pk>/share/", plan.share, name="share"),
    path("<uuid:pk>/check-in/", life.check_in, name="check_in"),
    path("<uuid:pk>/change/", life.ask_change, name="change"),
    path("<uuid:pk>/move/<slug:verb>/", life.step, name="step"),
    path("changes/<uuid:pk>/<slug:verb>/", life.answer_change, name="answer_change"),
    path("objectives/", objectives.tree, name="objectives"),
    path("objectives/none/", objectives.orphans, name="orphans"),
    path("objectives/new/", objectives.edit, name="objective_new"),
    path("objectives/<uuid:pk>/", objectives.detail, name="objective"),
    path("objectives/<uuid:pk>/edit/", objectives.edit, name="objective_edit"),
    path("evidence/", evidence.index, name="evidence"),
    path("evidence/add/", evidence.add, name="evidence_add"),
    path("evidence/<uuid:pk>/edit/", evidence.edit, name="evidence_edit"),
    path("evidence/<uuid:pk>/delete/", evidence.delete, name="evidence_delete"),
]
