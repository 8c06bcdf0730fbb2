from django.urls import path

from reviews.calibration import views as calibration
from reviews.cycles import views as cycles
from reviews.documents import views as documents
from reviews.evaluation import views as writing
from reviews.home import calendar_views as calendars
from reviews.home import views as home
from reviews.next_grade import views as next_grade
from reviews.review import decision_views as decisions
from reviews.review import views as reviews

app_name = "reviews"

urlpatterns = [
    path("", home.home, name="home"),
    path("team/", home.team, name="team"),
    path("calendar/", calendars.calendar, name="calendar"),
    path("calendar/new/", calendars.calendar_new, name="calendar_new"),
    path("calendar/off/", calendars.calendar_off, name="calendar_off"),
    path("calendar/<str:token>.ics", calendars.calendar_file, name="calendar_file"),
    path("catalogue/next/", next_grade.next_grade, name="next_grade"),
    path("handovers/", decisions.handovers, name="handovers"),
    path("leavers/", decisions.leavers, name="leavers"),
    path("cycles/", cycles.cycles, name="cycles"),
    path("cycles/new/", cycles.cycle_new, name="cycle_new"),
    path("cycles/<uuid:pk>/", cycles.cycle, name="cycle"),
    path("cycles/<uuid:pk>/edit/", cycles.cycle_edit, name="cycle_edit"),
    path("cycles/<uuid:pk>/stages/", cycles.cycle_stages, name="cycle_stages"),
    path("cycles/<uuid:pk>/population/", cycles.cycle_population, name="cycle_population"),
    path("cycles/<uuid:pk>/confidentiality/", cycles.cycle_confidentiality, name="cycle_confidentiality"),
    path("cycles/<uuid:pk>/launch/", cycles.cycle_launch, name="cycle_launch"),
    path("cycles/<uuid:pk>/bulk/", cycles.cycle_bulk, name="cycle_bulk"),
    path("cycles/<uuid:pk>/export/", cycles.cycle_export, name="cycle_export"),
    path("cycles/<uuid:pk>/deadlines/", cycles.cycle_deadlines, name="cycle_deadlines"),
    path("cycles/<uuid:pk>/delete/", cycles.cycle_delete, name="cycle_delete"),
    path("cycles/<uuid:pk>/moves/<slug:verb>/", cycles.cycle_move, name="cycle_move"),
    path("cycles/<uuid:pk>/groups/new/", calibration.group_new, name="group_new"),
    path("groups/<uuid:pk>/", calibration.group, name="group"),
    path("groups/<uuid:pk>/lock/", calibration.group_lock, name="group_lock"),
    path("groups/<uuid:pk>/reviews/<uuid:review_pk>/", calibration.group_change, name="group_change"),
    path("reviews/<uuid:pk>/", reviews.review, name="review"),
    path("reviews/<uuid:pk>/moves/<slug:verb>/", reviews.take_step, name="move"),
    path("reviews/<uuid:pk>/extend/", reviews.extend, name="extend"),
    path("reviews/<uuid:pk>/manager/", reviews.change_manager, name="change_manager"),
    path("reviews/<uuid:pk>/meeting/", reviews.meeting, name="meeting"),
    path("reviews/<uuid:pk>/meeting.ics", reviews.meeting_file, name="meeting_file"),
    path("reviews/<uuid:pk>/note/", reviews.private_note, name="private_note"),
    path("reviews/<uuid:pk>/rebuttal/", reviews.rebuttal, name="rebuttal"),
    path("reviews/<uuid:pk>/self-assessment/", writing.self_assessment, name="self_assessment"),
    path("reviews/<uuid:pk>/evaluation/", writing.evaluation, name="evaluation"),
    path("reviews/<uuid:pk>/evaluation/overall/", writing.overall, name="overall"),
    path("reviews/<uuid:pk>/summary/", writing.summary, name="summary"),
    path("reviews/<uuid:pk>/<slug:form>/write/", writing.write, name="write"),
    path("reviews/<uuid:pk>/<slug:form>/write/<str:step>/", writing.step, name="step"),
    path("reviews/<uuid:pk>/<slug:form>/check/", writing.check, name="check"),
    path("reviews/<uuid:pk>/<slug:form>/preview/", writing.preview, name="preview"),
    path("reviews/<uuid:pk>/summary.pdf", documents.summary_pdf, name="summary_pdf"),
    path("reviews/<uuid:pk>/plan/new/", reviews.action_new, name="action_new"),
    path("reviews/<uuid:pk>/plan/<uuid:item_pk>/", reviews.action_edit, name="action_edit"),
    path("plan/<uuid:item_pk>/<slug:verb>/", reviews.action_step, name="action_step"),
    path("documents/verify/", documents.verify, name="verify"),
]
