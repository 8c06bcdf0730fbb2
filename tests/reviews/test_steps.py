"""Writing a form of a review step by step: nothing is lost on the way, and the steps together are the whole form."""

import html
import random

import pytest
from django.urls import reverse

from goals.models import Evidence
from questionnaires.fields import fields_of
from reviews.evaluation.drafts import EVIDENCE, ReviewDraft
from reviews.evaluation.forms import SelfAssessmentForm
from reviews.evaluation.material import Material
from reviews.evaluation.services import send_self_assessment
from reviews.models import Rating, SelfAssessment
from tests.opened import as_sent
from tests.reviews import steps
from tests.reviews.conftest import fresh, save

CODE, LEVEL, EXAMPLE = "self_codes-TEC-CICD", "sc_level-TEC-CICD", "sc_level-TEC-CICD-example"
AUTOSAVE = {"X-Autosave": "1"}


def step(review, key, form="self-assessment"):
    return reverse("reviews:step", args=[review.pk, form, key])


def page(name, review, form="self-assessment"):
    return reverse(f"reviews:{name}", args=[review.pk, form])


def opened(client, url):
    """What a browser would send with this page, untouched."""
    return as_sent(client.get(url), "base")


def put(client, url, go="on", **values):
    """Fill in a step that was just opened, and press one of its buttons."""
    return client.post(url, opened(client, url) | values | {"go": go})


@pytest.fixture
def writer(cast, as_):
    return as_(cast.subject)


def form_of(review):
    review = fresh(review)
    return SelfAssessmentForm(review, review.subject)


# --- the way ----------------------------------------------------------------------------------------------------------
def test_the_entrance_leads_to_the_first_step_where_something_is_missing(writer, review):
    assert writer.get(page("write", review)).url == step(review, "self_results")
    save(review, "self_assessment", Material(review).parts("self_assessment")[:1])
    assert writer.get(page("write", review)).url == step(review, "self_codes-TEC-CICD")  # there are no goals


@pytest.mark.parametrize(
    ("go", "key"),
    [("on", "self_codes-TEC-MVER"), ("", "self_codes-TEC-MVER"), ("back", "evidence"), ("self_growth", "self_growth")],
)
def test_every_button_saves_and_leads_on_though_answers_are_missing(writer, review, go, key):
    answer = put(writer, step(review, CODE), go, **{EXAMPLE: "In May."})
    assert answer.status_code == 302
    assert answer.url == step(review, key)
    assert fresh(review).self_assessment.answers[EXAMPLE] == "In May."


@pytest.mark.parametrize(("go", "name"), [("check", "check"), ("preview", "preview")])
def test_the_buttons_that_lead_out_save_too(writer, review, go, name):
    assert put(writer, step(review, CODE), go, **{EXAMPLE: "In May."}).url == page(name, review)
    assert put(writer, step(review, CODE), "later", **{EXAMPLE: "In June."}).url == review.get_absolute_url()
    whole = reverse("reviews:self_assessment", args=[review.pk])
    assert put(writer, step(review, CODE), "all", **{EXAMPLE: "In July."}).url == whole
    assert fresh(review).self_assessment.answers[EXAMPLE] == "In July."


def test_the_last_step_leads_to_the_check_and_the_first_back_to_the_review(writer, review):
    assert put(writer, step(review, "self_growth")).url == page("check", review)
    assert put(writer, step(review, "self_results"), "back").url == review.get_absolute_url()


def test_an_unknown_step_or_form_does_not_exist(writer, review):
    assert writer.get(step(review, "self_codes-NO-SUCH")).status_code == 404
    assert writer.get(step(review, "self_growth", "diary")).status_code == 404
    assert writer.post(step(review, "self_codes-NO-SUCH"), {"version": 0}).status_code == 404


def test_what_cannot_be_stored_keeps_its_writer_on_the_step(writer, review):
    answer = put(writer, step(review, CODE), **{EXAMPLE: "x" * 100_001, LEVEL: "leading"})
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [EXAMPLE]
    assert Rating.objects.get(review=review).point.key == "leading"


def test_a_step_shows_where_it_stands(writer, review):
    put(writer, step(review, CODE), **{LEVEL: "proficient"})
    answer = writer.get(step(review, "self_codes-TEC-MVER"))
    states = {row.step.key: row.state.value for section in answer.context["overview"].sections for row in section.rows}
    assert (states[CODE], states["self_codes-TEC-MVER"], states["evidence"]) == ("complete", "new", "optional")
    text = " ".join(answer.content.decode().split())
    assert "Step 4 of" in text
    assert 'aria-current="step"' in text


# --- together they are the whole form ---------------------------------------------------------------------------------
def values_of(review):
    form = form_of(review)
    return ReviewDraft(form.writing, fields_of(form.parts)).values()


@pytest.mark.parametrize("seed", range(3))
def test_the_steps_saved_in_any_order_are_the_whole_form(cast, writer, review, seed):
    day = review.cycle.period_end
    facts = [Evidence.objects.create(owner=cast.subject, note=f"Fact {n}", happened_on=day) for n in range(2)]
    data = steps.self_assessment_data(review) | {EVIDENCE: [str(each.pk) for each in facts]}
    writer.post(reverse("reviews:self_assessment", args=[review.pk]), data | {"version": 0, "save": "1"})
    whole = values_of(review)
    assert whole[EVIDENCE] == sorted(data[EVIDENCE])
    SelfAssessment.objects.filter(review=review).update(answers={}, version=0)
    Rating.objects.filter(review=review).delete()
    fresh(review).self_assessment.evidence.clear()

    order = random.Random(seed)
    every = form_of(review).all_steps
    order.shuffle(every)
    for each in every:
        own = {field.name: data[field.name] for field in each.fields if field.name in data}
        assert put(writer, step(review, each.key), order.choice(["on", "back", "check"]), **own).status_code == 302
    assert values_of(review) == whole


# --- two tabs ---------------------------------------------------------------------------------------------------------
def test_two_tabs_on_different_steps_neither_conflict_nor_lose_anything(writer, review):
    one, two = step(review, CODE), step(review, "self_growth")
    a, b = opened(writer, one), opened(writer, two)
    assert writer.post(two, b | {"sn_grow": "from tab B"}).status_code == 302
    assert writer.post(one, a | {EXAMPLE: "from tab A", LEVEL: "leading"}).status_code == 302
    assert writer.post(two, b | {"sn_grow": "from tab B", "sn_support": "later"}).status_code == 302
    answers = fresh(review).self_assessment.answers
    assert (answers[EXAMPLE], answers["sn_grow"], answers["sn_support"]) == ("from tab A", "from tab B", "later")


def test_two_tabs_on_one_step_show_both_texts(writer, review):
    url = step(review, "self_growth")
    a = b = opened(writer, url)
    writer.post(url, b | {"sn_grow": "from tab B"})
    answer = writer.post(url, a | {"sn_grow": "from tab A"})
    assert answer.status_code == 409
    assert "from tab A" in answer.content.decode()
    assert "from tab B" in answer.content.decode()
    assert fresh(review).self_assessment.answers["sn_grow"] == "from tab B"


def test_the_whole_form_and_a_step_of_it_are_one_draft(writer, review):
    whole = reverse("reviews:self_assessment", args=[review.pk])
    old = opened(writer, whole)
    put(writer, step(review, "self_growth"), sn_grow="on the step")
    answer = writer.post(whole, old | {"sr_timeline": "on the page", "save": "1"})
    assert answer.status_code == 302
    answers = fresh(review).self_assessment.answers
    assert (answers["sr_timeline"], answers["sn_grow"]) == ("on the page", "on the step")


def test_a_step_saves_by_itself_and_only_its_own_fields(writer, review):
    url = step(review, CODE)
    data = opened(writer, url) | {EXAMPLE: "In May.", "sn_grow": "of another step"}
    answer = writer.post(url, data, headers=AUTOSAVE)
    assert answer.status_code == 200
    assert EXAMPLE in answer.json()["base"]
    assert "sn_grow" not in answer.json()["base"]
    assert fresh(review).self_assessment.answers == {EXAMPLE: "In May."}
    assert writer.get(url, headers=AUTOSAVE).json() == {"version": 1}


def test_a_step_is_told_when_the_form_was_sent_elsewhere(writer, at, review):
    url = step(review, CODE)
    data = opened(writer, url)
    at("peer_review")
    assert writer.post(url, data | {EXAMPLE: "Too late"}, headers=AUTOSAVE).status_code == 410
    assert writer.post(url, data | {EXAMPLE: "Too late"}).url == review.get_absolute_url()
    assert "Too late" not in fresh(review).self_assessment.answers.values()


# --- check and submit -------------------------------------------------------------------------------------------------
def test_the_check_leads_to_every_field_that_is_missing(writer, review):
    text = html.unescape(writer.get(page("check", review)).content.decode())
    assert f"{step(review, CODE)}#id_{LEVEL}" in text
    assert f"{step(review, 'self_growth')}#id_sn_grow" in text
    assert "Submit self-assessment" not in text


def test_an_incomplete_form_is_not_sent(writer, review):
    answer = writer.post(page("check", review), {"version": 0})
    assert answer.status_code == 400
    assert fresh(review).status == "self_assessment"


def test_a_complete_form_is_sent_once(writer, review):
    save(review, "self_assessment", Material(review).parts("self_assessment"))
    url = page("check", review)
    assert "Submit self-assessment" in writer.get(url).content.decode()
    for _click in range(2):
        assert writer.post(url, {"version": 1}).url == review.get_absolute_url()
    assert fresh(review).status == "peer_review"


@pytest.mark.parametrize(("version", "status"), [("0", 409), ("", 409), ("x" * 50, 400)])
def test_what_was_changed_since_it_was_checked_is_checked_again(writer, review, version, status):
    save(review, "self_assessment", Material(review).parts("self_assessment"))
    answer = writer.post(page("check", review), {"version": version})
    assert answer.status_code == status
    assert "Another tab has saved changes" in answer.content.decode()
    assert fresh(review).status == "self_assessment"


# --- the evaluation ---------------------------------------------------------------------------------------------------
def test_the_manager_reads_beside_a_code_what_was_written_about_it_and_no_rating(cast, as_, at, review):
    data = steps.self_assessment_data(review) | {EXAMPLE: "About releases.", "sc_level-TEC-MVER-example": "Elsewhere."}
    save(review, "self_assessment", Material(review).parts("self_assessment"), data)
    at("manager_evaluation")
    answer = as_(cast.manager).get(step(review, "mgr_codes-TEC-CICD", "evaluation"))
    assert answer.status_code == 200
    shown = [line.text for part in answer.context["self_texts"] for group in part.groups for line in group.lines]
    assert "Elsewhere." not in shown
    assert "Elsewhere." not in answer.content.decode()
    assert "Self-ratings are shown once you have submitted" in answer.content.decode()


def test_the_expectation_of_the_grade_is_on_the_managers_step_alone(cast, as_, writer, at, review):
    """Hidden by the page until something is chosen; tests/e2e/test_steps.py looks at that."""
    assert "expected-note" not in writer.get(step(review, CODE)).content.decode()
    at("manager_evaluation")
    assert "expected-note" in as_(cast.manager).get(step(review, "mgr_codes-TEC-CICD", "evaluation")).content.decode()


def test_beside_a_code_stands_why_collaborators_are_not_shown(cast, as_, at):
    review = at("manager_evaluation")
    note = as_(cast.manager).get(step(review, "mgr_codes-TEC-CICD", "evaluation")).context["code_feedback"].note
    assert note


def test_evidence_beside_a_code_is_what_was_attached_about_it(cast, as_, at, review):
    code = review.cycle.catalogue.codes.get(key="TEC-CICD")
    facts = [
        Evidence.objects.create(owner=cast.subject, note=note, happened_on=review.cycle.period_end)
        for note in ("About releases", "About something else", "Not attached")
    ]
    facts[0].codes.add(code)
    facts[2].codes.add(code)
    data = steps.self_assessment_data(review)
    form = form_of(review)
    save(review, "self_assessment", form.parts, data | {EVIDENCE: [str(each.pk) for each in facts[:2]]})
    send_self_assessment(fresh(review), by=cast.subject)
    review = at("manager_evaluation")
    shown = as_(cast.manager).get(step(review, "mgr_codes-TEC-CICD", "evaluation")).context["evidence"]
    assert [each.note for each in shown] == ["About releases"]


def test_the_overall_result_opens_when_the_rest_is_filled_in(cast, as_, at):
    review, client = at("manager_evaluation"), as_(cast.manager)
    url = step(review, "mgr_overall", "evaluation")
    assert client.get(url).context["locked"]
    save(review, "evaluation", [each for each in Material(review).parts("evaluation") if not each.has("overall")])
    assert not client.get(url).context["locked"]
    put(client, url, **steps.evaluation_data(review, overall=True))
    assert client.post(page("check", review, "evaluation"), {"version": 2}).url == review.get_absolute_url()
    assert fresh(review).status == "delivery"


def test_a_locked_step_empties_nothing_when_it_is_left(cast, as_, at):
    """Disabled boxes are not sent by a browser, and must not count as emptied."""
    review, client = at("manager_evaluation"), as_(cast.manager)
    save(review, "evaluation", [each for each in Material(review).parts("evaluation") if each.has("overall")])
    before = fresh(review).evaluation.answers["mv_check"]
    url = step(review, "mgr_overall", "evaluation")
    hidden = {name: value for name, value in opened(client, url).items() if name in ("version", "base")}
    client.post(url, hidden | {"go": "back"})
    assert fresh(review).evaluation.answers["mv_check"] == before != []


def test_while_the_review_is_paused_no_step_is_saved_and_nothing_sent(cast, as_, at):
    """cases B1: what is typed stays on the page, and the draft as it is."""
    review, client = at("manager_evaluation"), as_(cast.manager)
    url, example = step(review, "mgr_codes-TEC-CICD", "evaluation"), "mc_level-TEC-CICD-example"
    page_before = opened(client, url)
    save(review, "evaluation", Material(review).parts("evaluation"))
    type(cast.subject).objects.filter(pk=cast.subject.pk).update(is_active=False)
    assert client.get(url).url == review.get_absolute_url()
    answer = client.post(url, page_before | {example: "Typed meanwhile"})
    assert answer.status_code == 400
    assert "Typed meanwhile" in answer.content.decode()
    assert client.post(url, page_before | {example: "Typed meanwhile"}, headers=AUTOSAVE).status_code == 410
    assert client.post(page("check", review, "evaluation"), {"version": 1}).url == review.get_absolute_url()
    assert fresh(review).status == "manager_evaluation"
    assert fresh(review).evaluation.answers[example] == steps.TEXTS


def test_the_summary_is_written_in_steps_and_sent_with_the_review(cast, as_, at):
    review, client = at("delivery"), as_(cast.manager)
    assert client.get(page("write", review, "summary")).status_code == 302
    put(client, step(review, "summary-overall_statement", "summary"), overall_statement="A strong half-year.")
    assert fresh(review).summary.answers["overall_statement"] == "A strong half-year."
    assert client.post(page("check", review, "summary"), {"version": 1}).status_code == 404


# --- who reads what ---------------------------------------------------------------------------------------------------
def sights(answer):
    return {reader.key: [sight.words for sight in reader.sights] for reader in answer.context["readers"]}


def test_the_preview_of_a_self_assessment_says_who_reads_what_and_when(writer, review):
    everything, texts, nothing = "Answers and ratings", "Answers, without ratings", "Nothing"
    assert sights(writer.get(page("preview", review))) == {
        "subject": [everything] * 4,
        "manager": [nothing, texts, everything, everything],
        "hr": [nothing, everything, everything, everything],
        "others": [nothing] * 4,
    }


def test_the_preview_of_an_evaluation_says_when_its_subject_reads_it(cast, as_, at):
    review = at("manager_evaluation")
    found = sights(as_(cast.manager).get(page("preview", review, "evaluation")))
    assert found["subject"] == ["Nothing", "Nothing", "Answers and ratings"]
    assert found["hr"] == ["Nothing", "Answers and ratings", "Answers and ratings"]
    assert found["others"] == ["Nothing"] * 3


def test_a_preview_shows_no_rating_to_whom_it_is_hidden(writer, review):
    put(writer, step(review, CODE), **{EXAMPLE: "In May.", LEVEL: "leading"})
    url = page("preview", review)
    as_manager, as_subject = (writer.get(url, {"reader": key}).context["shown"] for key in ("manager", "subject"))
    assert [group.title for part in as_manager["texts"] for group in part.groups]
    assert as_manager["ratings"] == []
    assert [each["label"] for each in as_subject["ratings"]] == ["Leading"]
    assert writer.get(url, {"reader": "others"}).context["shown"]["texts"] == []


def test_a_preview_changes_nothing(writer, review):
    before = fresh(review)
    writer.get(page("preview", review))
    after = fresh(review)
    assert (after.status, after.self_assessment.submitted_at) == (before.status, None)
