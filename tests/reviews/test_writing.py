"""Nothing typed is ever lost: drafts, versions, two tabs, sending."""

import threading

import pytest
from django.db import connection
from django.urls import reverse

from foundation.audit.models import Event
from foundation.ui.drafts import Conflict, Stale
from questionnaires import drafts
from questionnaires.drafts import Closed
from questionnaires.fields import fields_of
from reviews.evaluation.drafts import ReviewDraft
from reviews.evaluation.material import Material
from reviews.models import Rating, SelfAssessment
from tests.factories import make_review
from tests.reviews import steps
from tests.reviews.conftest import fresh

TEXT, LEVEL, EXAMPLE = "sr_timeline", "sc_level-TEC-CICD", "sc_level-TEC-CICD-example"


@pytest.fixture
def fields(review):
    return fields_of(Material(review).parts("self_assessment"))


def save(writing, answers, fields, *, version):
    return drafts.save(ReviewDraft(writing, fields), answers, version=version)


@pytest.fixture
def page(review):
    return reverse("reviews:self_assessment", args=[review.pk])


def test_a_save_stores_texts_and_ratings_apart(review, fields):
    save(review.self_assessment, {TEXT: "May", LEVEL: "leading"}, fields, version=0)
    stored = SelfAssessment.objects.get(review=review)
    assert stored.answers == {TEXT: "May"}
    assert Rating.objects.get(review=review).point.key == "leading"
    assert stored.version == 1


def test_an_emptied_choice_is_no_rating(review, fields):
    save(review.self_assessment, {LEVEL: "leading"}, fields, version=0)
    save(review.self_assessment, {LEVEL: ""}, fields, version=1)
    assert not Rating.objects.filter(review=review).exists()


def test_a_stale_save_is_refused_with_both_texts(review, fields):
    save(review.self_assessment, {TEXT: "From tab one"}, fields, version=0)
    with pytest.raises(Stale) as refused:
        save(review.self_assessment, {TEXT: "From tab two"}, fields, version=0)
    assert refused.value.conflicts == [Conflict(TEXT, "From tab one", "From tab two")]
    assert SelfAssessment.objects.get(review=review).answers[TEXT] == "From tab one"


def test_two_tabs_on_different_questions_do_not_disturb_each_other(review, fields):
    save(review.self_assessment, {TEXT: "From tab one"}, fields, version=0)
    save(review.self_assessment, {"sn_grow": "From tab two"}, fields, version=0)
    assert SelfAssessment.objects.get(review=review).answers == {TEXT: "From tab one", "sn_grow": "From tab two"}


def test_nothing_is_saved_after_sending(at, fields):
    review = at("peer_review")
    with pytest.raises(Closed):
        save(review.self_assessment, {TEXT: "Too late"}, fields, version=review.self_assessment.version)


def test_autosave_answers_version_and_time(cast, as_, review, page):
    response = as_(cast.subject).post(page, {TEXT: "May", "version": 0}, headers={"X-Autosave": "1"})
    assert response.status_code == 200
    assert response.json()["version"] == 1
    assert set(response.json()) == {"version", "base", "saved_at", "others", "conflicts", "refused"}


def test_autosave_tells_a_second_tab_what_is_stored(cast, as_, review, page):
    client = as_(cast.subject)
    client.post(page, {TEXT: "One", "version": 0}, headers={"X-Autosave": "1"})
    response = client.post(page, {TEXT: "Two", "version": 0}, headers={"X-Autosave": "1"})
    assert response.status_code == 409
    assert response.json()["version"] == 1
    assert response.json()["conflicts"] == [{"field": TEXT, "theirs": "One"}]


def test_autosave_after_sending_is_told_that_it_is_over(cast, as_, at, page):
    at("peer_review")
    response = as_(cast.subject).post(page, {TEXT: "Too late", "version": 0}, headers={"X-Autosave": "1"})
    assert response.status_code == 410


def test_a_save_without_script_shows_both_texts(cast, as_, review, page):
    client = as_(cast.subject)
    client.post(page, {TEXT: "From tab one", "version": 0})
    response = client.post(page, {TEXT: "From tab two", "version": 0})
    assert response.status_code == 409
    assert b"From tab one" in response.content
    assert b"From tab two" in response.content


def test_an_incomplete_form_is_refused_beside_the_fields_and_keeps_everything(cast, as_, review, page):
    data = steps.self_assessment_data(review) | {"sn_grow": "", "version": 0, "send": "1"}
    response = as_(cast.subject).post(page, data)
    assert response.status_code == 400
    assert response.context["form"].errors == {"sn_grow": ["Answer this question."]}
    assert fresh(review).status == "self_assessment"
    assert fresh(review).self_assessment.answers["sr_results-1"] == steps.TEXTS


@pytest.mark.parametrize("level", ["learning", "shaping"])
def test_the_ends_of_the_scale_ask_for_an_example(cast, as_, review, page, level):
    data = steps.self_assessment_data(review) | {LEVEL: level, EXAMPLE: "", "version": 0, "send": "1"}
    response = as_(cast.subject).post(page, data)
    assert response.context["form"].errors == {EXAMPLE: ["Add an example for this rating."]}


def test_the_middle_of_the_scale_needs_no_example(cast, as_, review, page):
    data = steps.self_assessment_data(review) | {EXAMPLE: "", "version": 0, "send": "1"}
    assert as_(cast.subject).post(page, data).status_code == 302
    assert fresh(review).status == "peer_review"


def test_the_manager_may_leave_the_example_out_only_for_what_was_not_observed(cast, as_, at):
    review = at("manager_evaluation")
    page = reverse("reviews:evaluation", args=[review.pk])
    base = steps.evaluation_data(review) | {"mc_level-TEC-CICD-example": "", "version": 0}
    client = as_(cast.manager)
    client.post(page, base)
    overall = reverse("reviews:overall", args=[review.pk])
    assert [each.target for each in client.get(overall).context["missing"]] == ["id_mc_level-TEC-CICD-example"]
    client.post(page, base | {"mc_level-TEC-CICD": "not_observed", "version": 1})
    assert client.get(overall).context["missing"] == []


def test_the_overall_result_cannot_be_sent_before_the_rest(cast, as_, at):
    review = at("manager_evaluation")
    page = reverse("reviews:overall", args=[review.pk])
    as_(cast.manager).post(page, steps.evaluation_data(review, overall=True) | {"version": 0, "send": "1"})
    assert fresh(review).status == "manager_evaluation"


def test_every_box_of_the_checklist_is_needed(cast, as_, at):
    review = at("manager_evaluation")
    client = as_(cast.manager)
    client.post(reverse("reviews:evaluation", args=[review.pk]), steps.evaluation_data(review) | {"version": 0})
    data = steps.evaluation_data(review, overall=True) | {"mv_check": ["whole_period"], "version": 1, "send": "1"}
    response = client.post(reverse("reviews:overall", args=[review.pk]), data)
    assert list(response.context["form"].errors) == ["mv_check"]


def test_fields_that_are_not_on_the_form_are_ignored(cast, as_, review, page):
    forged = {"status": "delivered", "subject": str(cast.stranger.pk), "submitted_at": "2026-01-01", "evil": "x"}
    as_(cast.subject).post(page, forged | {TEXT: "May", "version": 0})
    assert fresh(review).status == "self_assessment"
    assert fresh(review).subject == cast.subject
    assert fresh(review).self_assessment.answers.keys().isdisjoint({"evil", "status"})


def test_only_own_evidence_can_be_attached(cast, as_, review, page):
    from goals.models import Evidence

    day = review.cycle.period_end
    own = Evidence.objects.create(owner=cast.subject, note="Mine", happened_on=day)
    foreign = Evidence.objects.create(owner=cast.peer, note="Not mine", happened_on=day)
    as_(cast.subject).post(page, {"evidence": [str(own.pk), str(foreign.pk)], "version": 0})
    assert list(fresh(review).self_assessment.evidence.all()) == [own]


def test_nobody_else_opens_the_self_assessment_page(cast, as_, review, page):
    for name in ("manager", "hr", "peer", "stranger"):
        assert as_(cast[name]).get(page).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_twenty_identical_submits_have_one_effect(transactional_db):
    from django.test import Client

    from competencies.services import load_starter_catalogue
    from tests.factories import make_user

    load_starter_catalogue()
    hr, head = make_user("Hanna Riedel", is_hr=True), make_user("Edda Falk")
    subject = make_user("Priya Raman", manager=head)
    review = make_review(subject, hr)
    page = reverse("reviews:self_assessment", args=[review.pk])
    data = steps.self_assessment_data(review) | {"version": 0, "send": "1"}
    client = Client()
    client.force_login(subject)
    statuses = []

    def submit():
        own = Client()
        own.cookies = client.cookies
        try:
            statuses.append(own.post(page, data).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=submit) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(statuses) == 20
    assert set(statuses) <= {302, 409}
    assert fresh(review).status == "peer_review"
    assert Event.objects.about(review).filter(verb="review.submit_self_assessment").count() == 1


def test_a_long_form_links_to_each_of_its_sections(cast, as_, review, page):
    html = as_(cast.subject).get(page).content.decode()
    for key in ("self_results", "self_goals", "self_codes", "self_operations", "self_growth"):
        assert f'href="#s-{key}"' in html
        assert f'id="s-{key}"' in html
