"""A cycle: from the template to its launch, its board and its end."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from feedback import services as feedback
from feedback.models import FeedbackRound
from foundation.audit.models import Event
from foundation.outbox.models import DigestLine, Job, Message
from foundation.workdays import next_working_day
from foundation.workflow.moves import MoveRefused
from people.models import User
from reviews.cycles import services as cycles
from reviews.cycles.services import (
    cancel_cycle,
    cancel_reviews,
    close_cycle,
    do_cancel,
    do_launch,
    fill_cycle,
    launch,
    open_cycle,
    population,
    start_launch,
)
from reviews.models import Cycle, Review, Stage
from tests.factories import first_template, make_cycle, make_team, make_user
from tests.opened import opened


@pytest.fixture
def cycle(cast, catalogue):
    return make_cycle(cast.hr)


def valid(cycle_template, **other):
    today = timezone.localdate()
    return {
        "name": "Second half-year",
        "template": cycle_template.pk,
        "period_start": (today - timedelta(days=180)).isoformat(),
        "period_end": today.isoformat(),
        "confidentiality": "anonymous",
        "k_scores": 3,
        "k_texts": 4,
        "min_asked": 4,
        "max_asked": 8,
        "max_per_giver": 6,
    } | other


def why_out(cycle):
    return dict(population(cycle).excluded.values_list("name", "why_out"))


def test_a_new_cycle_has_the_stages_words_and_durations_of_the_template(cycle):
    stages = {stage.key: stage for stage in cycle.stages.all()}
    assert len(stages) == 6
    assert stages["self_assessment"].texts["not_started"] == "Not begun yet"
    assert stages["self_assessment"].due_on == next_working_day(timezone.localdate() + timedelta(days=10))
    assert stages["peer_review"].due_on == next_working_day(timezone.localdate() + timedelta(days=14))
    assert not stages["calibration"].is_enabled


def test_hr_makes_a_cycle_in_the_browser_and_sees_who_is_in(cast, as_, catalogue):
    client = as_(cast.hr)
    response = client.post(reverse("reviews:cycle_new"), valid(first_template()))
    cycle = Cycle.objects.get()
    assert response.url == reverse("reviews:cycle_stages", args=[cycle.pk])
    page = client.get(reverse("reviews:cycle_population", args=[cycle.pk]))
    assert page.context["included_count"] == 3  # manager, subject, peer
    assert page.context["catalogue"] == catalogue


@pytest.mark.parametrize(
    ("field", "value", "refused"),
    [
        ("k_scores", 2, "k_scores"),
        ("k_scores", 11, "k_scores"),
        ("k_texts", 3, "k_texts"),
        ("min_asked", 2, "min_asked"),
        ("max_asked", 3, "max_asked"),
        ("period_end", "2020-01-01", "period_end"),
        ("name", "", "name"),
        ("name", "x" * 121, "name"),
    ],
)
def test_wrong_terms_are_refused_beside_the_field(cast, as_, field, value, refused):
    response = as_(cast.hr).post(reverse("reviews:cycle_new"), valid(first_template(), **{field: value}))
    assert response.status_code == 400
    assert refused in response.context["form"].errors
    assert response.context["form"].data["confidentiality"] == "anonymous"
    assert not Cycle.objects.exists()


def test_the_database_refuses_a_threshold_below_three(cycle):
    with pytest.raises(IntegrityError), transaction.atomic():
        Cycle.objects.filter(pk=cycle.pk).update(k_scores=2)


def test_everybody_who_is_left_out_has_a_reason(cast, cycle):
    """cases C11, cases B2"""
    today = timezone.localdate()
    make_user("No Boss")
    make_user("Late Joiner", manager=cast.manager, joined_on=today)
    make_user("On Leave", manager=cast.manager, leave_from=today, leave_until=today)
    make_user("Gone", manager=cast.manager, is_active=False)
    make_user("No Grade", manager=cast.manager, grade=None)
    make_user("Boss Left", manager=make_user("Old Boss", is_active=False))
    cycle.joined_before = today
    User.objects.exclude(name="Late Joiner").update(joined_on=today - timedelta(days=400))
    reasons = why_out(cycle)
    assert reasons["No Boss"] == "no_manager"
    assert reasons["Late Joiner"] == "joined_late"
    assert reasons["On Leave"] == "on_leave"
    assert reasons["No Grade"] == "no_grade"
    assert reasons["Boss Left"] == "manager_left"
    counted = population(cycle).counts()
    assert counted.total() == User.objects.filter(is_active=True).count()  # everybody is in one of the two
    assert "Gone" not in reasons
    assert set(population(cycle).included) == {cast.manager, cast.subject, cast.peer}


def test_chosen_teams_leave_the_others_out(cast, cycle):
    other = make_team("Other")
    make_user("From Afar", team=other, manager=cast.manager)
    cycle.teams.set([cast.team])
    assert why_out(cycle)["From Afar"] == "other_team"


def test_somebody_in_an_open_cycle_is_left_out_of_the_next(cast, cycle):
    launch(cycle, by=cast.hr)
    assert why_out(make_cycle(cast.hr))["Priya Raman"] == "in_a_cycle"


def test_launch_freezes_people_lines_grade_and_catalogue(cast, cycle, catalogue):
    review = next(each for each in launch(cycle, by=cast.hr) if each.subject == cast.subject)
    User.objects.filter(pk=cast.subject.pk).update(manager=cast.stranger, team=None, grade=None)
    review = Review.objects.get(pk=review.pk)
    assert (review.manager, review.team, review.grade_id) == (cast.manager, cast.team, "MLO3")
    assert review.cycle.catalogue == catalogue
    assert review.round.manager == cast.manager


def test_launch_tells_each_person_once(cast, cycle):
    launch(cycle, by=cast.hr)
    told = list(Message.objects.filter(kind="stage_opened").values_list("recipient__name", flat=True))
    assert sorted(told) == ["Jonas Weber", "Marta Keller", "Priya Raman"]
    assert Event.objects.filter(verb="review.launch").count() == 3


def test_launch_is_for_hr_only_and_happens_once(cast, cycle):
    with pytest.raises(PermissionDenied):
        launch(cycle, by=cast.manager)
    launch(cycle, by=cast.hr)
    with pytest.raises(MoveRefused):
        launch(cycle, by=cast.hr)
    assert Review.objects.filter(cycle=cycle).count() == 3


def test_launch_needs_a_deadline_for_every_stage(cast, cycle):
    Stage.objects.filter(cycle=cycle, key="final_delivery").update(due_on=None)
    with pytest.raises(MoveRefused, match="deadline"):
        launch(cycle, by=cast.hr)


def test_the_browser_launches_in_the_background_and_a_double_click_finds_the_same_job(
    cast, as_, cycle, django_capture_on_commit_callbacks
):
    client, url = as_(cast.hr), reverse("reviews:cycle_launch", args=[cycle.pk])
    with django_capture_on_commit_callbacks(execute=True):
        first = client.post(url)
    second = client.post(url)
    assert first.url == second.url
    assert Job.objects.get().status == "done"
    assert Cycle.objects.get(pk=cycle.pk).status == "open"
    assert client.get(first.url).status_code == 200


def test_a_launch_interrupted_after_the_action_is_not_repeated(cast, cycle):
    launch(cycle, by=cast.hr)
    do_launch(start_launch(cycle, by=cast.hr))
    assert Review.objects.filter(cycle=cycle).count() == 3


def test_a_launch_interrupted_between_two_batches_goes_on_and_doubles_nothing(cast, cycle, monkeypatch):
    monkeypatch.setattr(cycles, "BATCH", 1)
    next(fill_cycle(open_cycle(cycle, by=cast.hr), by=cast.hr))  # one of three, and the worker is gone
    assert Review.objects.filter(cycle=cycle).count() == 1
    job = start_launch(cycle, by=cast.hr)
    do_launch(job)
    assert Job.objects.get(pk=job.pk).done == 3
    for rows in (
        Review.objects.filter(cycle=cycle),
        Message.objects.filter(kind="stage_opened"),
        FeedbackRound.objects.all(),
    ):
        assert rows.count() == 3
    assert Event.objects.filter(verb="review.launch").count() == 3
    assert Event.objects.filter(verb="cycle.launch").count() == 1


def test_a_cycle_cancelled_while_it_is_launched_gets_no_more_reviews(cast, cycle, monkeypatch):
    monkeypatch.setattr(cycles, "BATCH", 1)
    batches = fill_cycle(open_cycle(cycle, by=cast.hr), by=cast.hr)
    next(batches)
    cancel_cycle(Cycle.objects.get(pk=cycle.pk), by=cast.hr, reason="The wrong half-year.")
    assert list(batches) == []
    assert set(Review.objects.filter(cycle=cycle).values_list("status", flat=True)) == {"cancelled"}


@pytest.mark.parametrize("size", [1, 3, 30])
def test_launch_costs_the_same_number_of_queries_for_any_number(cast, catalogue, size, django_assert_num_queries):
    team = make_team()
    for _number in range(size):
        make_user(team=team, manager=cast.manager)
    cycle = make_cycle(cast.hr)
    cycle.teams.set([team])
    with django_assert_num_queries(38):
        launch(cycle, by=cast.hr)


def test_custom_status_texts_show_at_once(cast, as_, cycle):
    launch(cycle, by=cast.hr)
    stage = cycle.stages.get(key="self_assessment")
    stage.texts = stage.texts | {"not_started": "Dein Rückblick wartet"}
    stage.save()
    assert "Dein Rückblick wartet" in as_(cast.subject).get(reverse("reviews:home")).content.decode()


def test_stages_are_saved_with_their_words_and_refuse_a_wrong_order(cast, as_, cycle):
    client, url = as_(cast.hr), reverse("reviews:cycle_stages", args=[cycle.pk])
    formset = client.get(url).context["formset"]
    data = {f"form-{n}-{name}": value for n, form in enumerate(formset) for name, value in initial(form).items()}
    data |= {"form-TOTAL_FORMS": 6, "form-INITIAL_FORMS": 6}
    assert client.post(url, data | {"form-0-title": "Rückblick"}).status_code == 302
    assert cycle.stages.get(key="self_assessment").title == "Rückblick"
    refused = client.post(url, data | {"form-2-due_on": "2020-01-01"})
    assert refused.status_code == 400
    assert "due_on" in refused.context["formset"].errors[2]


def initial(form):
    values = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    values["id"] = form.instance.pk
    return {name: "" if value is None else str(value) for name, value in values.items() if value is not False}


def test_closing_keeps_and_cancelling_ends_the_reviews(cast, cycle):
    launch(cycle, by=cast.hr)
    close_cycle(cycle, by=cast.hr, reason="All done.")
    assert Cycle.objects.get(pk=cycle.pk).status == "closed"
    assert set(Review.objects.values_list("status", flat=True)) == {"self_assessment"}


def test_cancelling_a_cycle_cancels_every_review_that_is_not_delivered(cast, cycle):
    launch(cycle, by=cast.hr)
    cancel_cycle(cycle, by=cast.hr, reason="Reorganisation.")
    assert set(Review.objects.values_list("status", flat=True)) == {"cancelled"}
    assert set(Review.objects.values_list("round__status", flat=True)) == {"cancelled"}


def test_many_reviews_are_cancelled_by_a_job_that_goes_on_where_it_stopped(cast, as_, cycle, monkeypatch):
    launch(cycle, by=cast.hr)
    monkeypatch.setattr(cycles, "AT_ONCE", 1)
    answer = as_(cast.hr).post(reverse("reviews:cycle_move", args=[cycle.pk, "cancel"]), {"reason": "Reorganisation."})
    job = Job.objects.get(kind="cancel")
    assert answer.url == job.get_absolute_url()
    assert Cycle.objects.get().status == "cancelled"
    monkeypatch.setattr(cycles, "STEP", 1)
    next(cancel_reviews(cycle, "Reorganisation."))  # an attempt that was killed after its first step
    do_cancel(job)
    assert set(Review.objects.values_list("status", "round__status")) == {("cancelled", "cancelled")}
    assert Event.objects.filter(verb="review.cancel").count() == Review.objects.count()
    assert (job.done, job.total) == (job.total, Review.objects.count() - 1)


def test_cancelling_many_reviews_asks_as_often_as_cancelling_one_and_tells_each_subject(cast, cycle, monkeypatch):
    for _number in range(12):
        make_user(manager=cast.manager, team=cast.team)
    launch(cycle, by=cast.hr)
    cycles.perform(cycle, "cancel", by=cast.hr, reason="Reorganisation.")
    costs = []
    for step in (1, 50):
        monkeypatch.setattr(cycles, "STEP", step)
        with CaptureQueriesContext(connection) as queries:
            next(cancel_reviews(Cycle.objects.get(), "Reorganisation."))
        costs.append(len(queries))
    assert costs[0] == costs[1]
    reviews = Review.objects.values_list("pk", "subject")
    assert reviews.count() > 12
    lines = DigestLine.objects.filter(kind="line_review_cancelled").values_list("target_id", "recipient")
    assert sorted(lines) == sorted((str(pk), subject) for pk, subject in reviews)
    for verb, name in (("review.cancel", "pk"), ("feedbackround.cancel", "round")):
        told = Event.objects.filter(verb=verb, actor=None).values_list("target_id", flat=True)
        assert sorted(told) == sorted(str(pk) for pk in Review.objects.values_list(name, flat=True))


def test_only_hr_sees_cycles(cast, as_, cycle):
    for name in ("manager", "subject", "stranger", "auditor", "it"):
        assert as_(cast[name]).get(reverse("reviews:cycles")).status_code == 404
        assert as_(cast[name]).get(reverse("reviews:cycle", args=[cycle.pk])).status_code == 404


def test_the_board_shows_counts_and_filters(cast, as_, cycle):
    launch(cycle, by=cast.hr)
    Review.objects.filter(subject=cast.peer).update(self_assessment_due_on="2020-01-01")
    client, url = as_(cast.hr), reverse("reviews:cycle", args=[cycle.pk])
    page = client.get(url)
    assert page.context["late_count"] == 1
    assert [r.subject.name for r in client.get(url, {"status": "late"}).context["page"]] == ["Jonas Weber"]
    assert [r.subject.name for r in client.get(url, {"q": "priya"}).context["page"]] == ["Priya Raman"]
    assert list(client.get(url, {"status": "delivered"}).context["page"]) == []


def asked_somebody(review, cast):
    for _number in range(4):
        feedback.propose(review.round, by=review.subject, giver=make_user(grade=None), relation="data_scientist")
    feedback.submit_list(review.round, by=review.subject)
    feedback.approve(FeedbackRound.objects.get(pk=review.round_id), by=review.manager)


def test_the_confidentiality_changes_for_all_rounds_before_the_first_request(cast, as_, cycle):
    launch(cycle, by=cast.hr)
    page = reverse("reviews:cycle_confidentiality", args=[cycle.pk])
    client = as_(cast.hr)
    sent = opened(client, page) | {"confidentiality": "attributed", "k_scores": 3, "k_texts": 4}
    assert client.post(page, sent).status_code == 302
    assert set(FeedbackRound.objects.values_list("confidentiality", flat=True)) == {"attributed"}
    assert Cycle.objects.get(pk=cycle.pk).confidentiality == "attributed"
    assert Event.objects.about(cycle).first().verb == "cycle.change_confidentiality"


def test_after_the_first_request_the_confidentiality_is_only_made_stronger_for_all_or_none(cast, as_, cycle):
    review = next(each for each in launch(cycle, by=cast.hr) if each.subject == cast.subject)
    asked_somebody(review, cast)
    client, page = as_(cast.hr), reverse("reviews:cycle_confidentiality", args=[cycle.pk])
    for weaker in (
        {"confidentiality": "attributed", "k_scores": 3, "k_texts": 4},
        {"confidentiality": "anonymous", "k_scores": 2, "k_texts": 4},
    ):
        refused = client.post(page, opened(client, page) | weaker)
        assert refused.status_code == 400
    assert set(FeedbackRound.objects.values_list("confidentiality", "k_scores")) == {("anonymous", 3)}
    assert Cycle.objects.get(pk=cycle.pk).confidentiality == "anonymous"
    stronger = opened(client, page) | {"confidentiality": "anonymous", "k_scores": 4, "k_texts": 5}
    assert client.post(page, stronger).status_code == 302
    assert set(FeedbackRound.objects.values_list("k_scores", "k_texts")) == {(4, 5)}


def test_texts_need_more_answers_than_scores_in_a_changed_confidentiality(cast, as_, cycle):
    launch(cycle, by=cast.hr)
    page = reverse("reviews:cycle_confidentiality", args=[cycle.pk])
    refused = as_(cast.hr).post(page, {"confidentiality": "anonymous", "k_scores": 5, "k_texts": 5})
    assert "k_texts" in refused.context["form"].errors


def test_nobody_but_hr_changes_a_confidentiality(cast, as_, cycle):
    launch(cycle, by=cast.hr)
    for name in ("manager", "subject", "stranger"):
        assert as_(cast[name]).get(reverse("reviews:cycle_confidentiality", args=[cycle.pk])).status_code == 404
