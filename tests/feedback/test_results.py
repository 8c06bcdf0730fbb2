"""What is shown after the release: to whom, in which words, and with too few answers a page that explains it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from feedback import services
from feedback.models import FeedbackRound, Release
from feedback.release import services as releasing
from feedback.results.summaries import visible_feedback
from foundation.audit.models import Event
from foundation.workflow.moves import MoveRefused
from people.models import Delegation
from tests.factories import answers_to, make_collecting_round, make_request, make_round, make_user
from tests.feedback.conftest import SIX


def released(cast, relations=SIX, **fields):
    round, requests = make_collecting_round(cast.subject, relations, **fields)
    for number, request in enumerate(requests):
        lead = " about leading" if request.relation == "direct_report" else ""
        services.answer(request, answers_to(request, text=f"sentence {number}{lead}"))
    return services.release_round(round)


def shown_to(cast, as_, round):
    path = f"/feedback/rounds/{round.pk}/results/"
    everyone = ("subject", "manager", "hr", "peer", "head", "auditor", "it", "stranger")
    return {who for who in everyone if b"sentence 1" in as_(cast[who]).get(path).content}


def test_nobody_reads_anything_before_the_release_and_the_subject_waits_for_delivery(cast, as_):
    round, requests = make_collecting_round(cast.subject, SIX)
    for request in requests:
        services.answer(request, answers_to(request, text="sentence 1"))
    assert shown_to(cast, as_, round) == set()
    round = services.release_round(round)
    assert shown_to(cast, as_, round) == {"manager", "hr"}
    services.open_to_subject(round)
    assert shown_to(cast, as_, round) == {"manager", "hr", "subject"}


def test_all_of_them_read_the_same(cast, as_):
    round = released(cast)
    services.open_to_subject(round)
    round = FeedbackRound.objects.get()
    assert visible_feedback(cast.subject, round) == visible_feedback(cast.manager, round)
    assert visible_feedback(cast.hr, round) == visible_feedback(cast.manager, round)


def test_a_stand_in_reads_for_the_dates_given_only(cast, as_):
    round = released(cast)
    assert shown_to(cast, as_, round) == {"manager", "hr"}
    row = Delegation.objects.create(
        principal=cast.manager, stand_in=cast.stranger, starts_on=round.period_end, ends_on=round.period_end
    )
    assert shown_to(cast, as_, round) == {"manager", "hr", "stranger"}
    row.delete()
    assert shown_to(cast, as_, round) == {"manager", "hr"}


def test_the_page_shows_groups_counts_words_and_dots(cast, as_):
    round = released(cast, ["data_scientist"] * 4 + ["product_manager"] * 2)
    page = as_(cast.manager).get(f"/feedback/rounds/{round.pk}/results/").content.decode()
    assert "Data scientists" in page
    assert "4 × Often" in page
    assert page.count("<rect") == 5 * 6 + 2 * 4 + 6  # the core codes, two of data scientists, and the contact
    assert "TEC-CICD" in page
    assert "Not shown because fewer than 3" in page
    assert "Innovation that others adopt" in page


def test_too_few_answers_are_a_page_that_explains_it(cast, as_):
    round, requests = make_collecting_round(cast.subject, SIX)
    services.answer(requests[0], answers_to(requests[0], text="sentence 1"))
    round = services.release_round(round)
    page = as_(cast.manager).get(f"/feedback/rounds/{round.pk}/results/")
    assert page.status_code == 200
    assert "Too few people have answered" in page.content.decode()
    assert "sentence 1" not in page.content.decode()
    assert as_(cast.manager).get(f"/feedback/rounds/{round.pk}/results.csv").status_code == 404


def test_a_round_in_which_nobody_was_asked_can_be_released(cast):
    round = services.release_round(make_round(cast.subject))
    assert not visible_feedback(cast.manager, round).is_shown


def released_with_examples(cast, *givers):
    """From (relation, keys of the questions at the top of the scale, each with an example); a round of feedback."""
    round, requests = make_collecting_round(cast.subject, [relation for relation, _keys in givers])
    for request, (relation, keys) in zip(requests, givers, strict=True):
        own = dict.fromkeys(keys, "always")
        own |= {f"{key}-example": f"{relation} {request.pk} on {key}" for key in keys}
        services.answer(request, answers_to(request, "often", "an answer", **own))
    return services.release_round(round)


def test_examples_stand_with_their_code_and_apart_from_the_answers(cast, as_):
    """cases H8: where four gave one."""
    givers = [("data_scientist", ["all_warning"])] * 4 + [("stakeholder", ["all_promise"])] * 4
    round = released_with_examples(cast, *givers)
    feedback = visible_feedback(cast.manager, round)
    by_code = {result.code.key: texts_of(result.examples) for result in feedback.codes if result.examples}
    assert [len(texts) for texts in by_code.values()] == [4, 4]
    assert {text.split(" on ")[1] for texts in by_code.values() for text in texts} == {"all_warning", "all_promise"}
    assert {pool.theme for pool in feedback.pools} == {"strengths", "growth"}
    assert not any(" on " in text for text in texts_of(feedback.pools))
    assert feedback.withheld_texts == ()


def test_other_examples_stand_together_and_say_why(cast, as_):
    """cases H8: four people gave an example, each for a code of which too few did."""
    givers = [("data_scientist", ["all_warning"]), ("data_scientist", ["all_promise"])] * 2
    round = released_with_examples(cast, *givers)
    feedback = visible_feedback(cast.manager, round)
    assert not [result for result in feedback.codes if result.examples]
    assert {pool.theme: len(pool.texts) for pool in feedback.pools} == {"strengths": 4, "growth": 4, "examples": 4}
    page = as_(cast.manager).get(f"/feedback/rounds/{round.pk}/results/").content.decode()
    assert "only when at least 4 people gave one" in page


def test_an_example_beside_its_code_can_be_hidden_and_is_in_every_export(cast, as_):
    """cases H8: on the page, in the table, hidden by HR like any other text."""
    round = released_with_examples(cast, *[("data_scientist", ["all_warning"])] * 4)
    [result] = [result for result in visible_feedback(cast.hr, round).codes if result.examples]
    text = result.examples[0].texts[0]
    page = as_(cast.hr).get(f"/feedback/rounds/{round.pk}/results/").content.decode()
    assert f"/feedback/rounds/{round.pk}/texts/{text.id}/hide/" in page
    assert page.index(text.text) < page.index("In their words")
    table = as_(cast.manager).get(f"/feedback/rounds/{round.pk}/results.csv").content.decode()
    assert f"{result.title},,,Examples,,{text.text}" in table
    as_(cast.hr).post(f"/feedback/rounds/{round.pk}/texts/{text.id}/hide/", {"reason": "names a third person"})
    assert text.text not in as_(cast.manager).get(f"/feedback/rounds/{round.pk}/results/").content.decode()


def texts_of(pools):
    return [text.text for pool in pools for text in pool.texts]


def test_direct_reports_are_shown_alone_or_not_at_all(cast):
    round = released(cast, ["direct_report"] * 2 + ["stakeholder"] * 4)
    feedback = visible_feedback(cast.manager, round)
    assert {block.label for result in feedback.codes for block in result.blocks} == {"Stakeholders"}
    texts = [text.text for pool in feedback.pools for text in pool.texts]
    assert texts
    assert not any(text.endswith("about leading") for text in texts)


def test_texts_of_direct_reports_are_a_pool_of_their_own(cast):
    feedback = visible_feedback(cast.manager, released(cast, ["direct_report"] * 4 + ["stakeholder"] * 4))
    for pool in feedback.pools:
        assert all(text.text.endswith("about leading") == bool(pool.label) for text in pool.texts)
    assert {pool.label for pool in feedback.pools} == {"", "Direct reports"}


def test_roles_too_small_alone_are_shown_as_other_collaborators(cast):
    round = released(cast, ["product_manager"] * 2 + ["stakeholder"] * 2)
    result = visible_feedback(cast.manager, round).of_code("TEA-STAK")
    assert [(block.label, block.n) for block in result.blocks] == [("Other collaborators", 4)]


def test_only_the_shown_blocks_are_counted(cast):
    round, requests = make_collecting_round(cast.subject, ["stakeholder"] * 3 + ["direct_report"] * 2)
    for request in requests:
        choice = "often" if request.relation == "stakeholder" else "rarely"
        services.answer(request, answers_to(request, choice))
    result = visible_feedback(cast.manager, services.release_round(round)).of_code("TEA-STAK")
    assert result.n == 3
    assert [block.at_least for block in result.blocks] == ["3 of 3: often or more"]


def test_hr_hides_one_text_with_a_reason_and_never_learns_its_author(cast, as_):
    round = released(cast)
    pool = visible_feedback(cast.hr, round).pools[0]
    path = f"/feedback/rounds/{round.pk}/texts/{pool.texts[0].id}/hide/"
    for who in ("manager", "subject", "peer", "auditor"):
        assert as_(cast[who]).post(path, {"reason": "x"}).status_code == 404
    assert as_(cast.hr).post(path, {"reason": ""}).status_code == 400
    as_(cast.hr).post(path, {"reason": "names a third person's illness"})
    as_(cast.hr).post(path, {"reason": "again"})
    assert pool.texts[0] not in visible_feedback(cast.manager, round).pools[0].texts
    assert len(visible_feedback(cast.manager, round).pools[0].texts) == len(pool.texts) - 1
    event = Event.objects.get(verb="feedbackround.hide_text")
    assert event.data == {"reason": "names a third person's illness"}
    with pytest.raises(MoveRefused):
        services.hide_text(round, round.pk, by=cast.hr, reason="no such text")
    with pytest.raises(PermissionDenied):
        services.hide_text(round, pool.texts[1].id, by=cast.manager, reason="x")


def test_what_hr_reads_is_logged_once_a_day(cast, as_):
    round = released(cast)
    for _each in range(3):
        as_(cast.hr).get(f"/feedback/rounds/{round.pk}/results/")
        as_(cast.manager).get(f"/feedback/rounds/{round.pk}/results/")
    assert list(Event.objects.filter(verb="feedbackround.read").values_list("actor", flat=True)) == [cast.hr.pk]


def test_attributed_answers_are_shown_with_their_names_as_told(cast, as_):
    round = released(cast, ["stakeholder"], confidentiality="attributed")
    [name] = {each.giver for each in visible_feedback(cast.manager, round).named}
    page = as_(cast.manager).get(f"/feedback/rounds/{round.pk}/results/").content.decode()
    assert name in page
    assert not visible_feedback(cast.subject, round).is_shown
    services.open_to_subject(round)
    assert visible_feedback(cast.subject, FeedbackRound.objects.get()).named


def test_closing_early_needs_enough_answers_and_the_right_person(cast):
    round, requests = make_collecting_round(cast.subject, ["stakeholder"] * 6)
    for request in requests[:3]:
        services.answer(request, answers_to(request))
    with pytest.raises(MoveRefused, match="Too few"):
        services.release_round(round, by=cast.manager)
    services.answer(requests[3], answers_to(requests[3]))
    with pytest.raises(MoveRefused, match="Too few"):  # the manager knows the number of this morning: so does this door
        services.release_round(round, by=cast.manager)
    services.renew_counts(round.closes_on)
    round = FeedbackRound.objects.get()
    with pytest.raises(PermissionDenied):
        services.release_round(round, by=cast.subject)
    assert services.release_round(round, by=cast.manager).status == "released"


def test_a_release_goes_on_after_an_interruption(cast, monkeypatch):
    rounds = [make_round(make_user(manager=cast.manager), status="collecting") for _each in range(5)]
    whole = releasing._release_batch

    def until_the_last(ids, by):
        return whole(ids, by) if rounds[4].pk not in ids else 1 / 0

    monkeypatch.setattr(releasing, "_release_batch", until_the_last)
    with pytest.raises(ZeroDivisionError):
        services.release_rounds(rounds, batch=2)
    assert Release.objects.count() == 4
    monkeypatch.undo()
    assert services.release_rounds(FeedbackRound.objects.all(), batch=2) == 1
    assert Release.objects.count() == 5
    assert Event.objects.filter(verb="feedbackround.release").count() == 5


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_a_batch_of_releases_asks_the_same_number_of_questions(cast, django_assert_num_queries, rows):
    rounds = []
    for _each in range(rows):
        round, requests = make_collecting_round(make_user(manager=cast.manager), ["stakeholder"] * 2)
        services.answer(requests[0], answers_to(requests[0]))
        rounds.append(round)
    # Four of them write what came since the last daily count as one event per round (cases G19), three are the lock of
    # perform_many() and its savepoint.
    with django_assert_num_queries(21):
        services.release_rounds(rounds)


@pytest.mark.parametrize("rows", [1, 3, 8])
def test_the_results_page_asks_the_same_number_of_questions(cast, as_, django_assert_num_queries, rows):
    round = released(cast, ["stakeholder"] * rows)
    client = as_(cast.manager)
    with django_assert_num_queries(10):  # one of them: outsiders not confirmed
        client.get(f"/feedback/rounds/{round.pk}/results/")


@pytest.mark.parametrize(
    "terms",
    [
        {"k_scores": 2},
        {"k_scores": 11, "k_texts": 12},
        {"k_scores": 4, "k_texts": 4},
        {"max_total": 3, "min_total": 4},
    ],
)
def test_the_database_refuses_thresholds_below_three(cast, terms):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_round(cast.subject, **terms)


def test_the_progress_of_many_rounds_is_one_query(cast, django_assert_num_queries):
    for number in range(3):
        round = make_round(make_user(manager=cast.manager), status="collecting")
        for status in ["asked"] * number + ["answered", "declined", "proposed", "removed"]:
            make_request(round, status=status)
    with django_assert_num_queries(1):
        found = [round.progress() for round in FeedbackRound.objects.with_progress().order_by("pk")]
    assert sorted((each.asked, each.answered, each.declined, each.waiting) for each in found) == [
        (2, 1, 1, 0),
        (3, 1, 1, 1),
        (4, 1, 1, 2),
    ]
    assert [round.progress().is_complete for round in FeedbackRound.objects.all()].count(True) == 1


def test_ripe_rounds_are_those_nobody_can_answer_any_more(cast, collecting):
    assert not FeedbackRound.objects.ripe().exists()
    for request in collecting.asked[:5]:
        services.answer(request, answers_to(request))
    services.decline(collecting.asked[5])
    assert FeedbackRound.objects.ripe().get() == collecting


def test_the_places_of_the_dots_are_named_once_for_each_scale(cast, as_):
    page = as_(cast.manager).get(f"/feedback/rounds/{released(cast).pk}/results/").content.decode()
    assert page.count("From left to right:") == 2  # how often, for all codes, and how closely they worked together
    assert page.index("From left to right:") < page.index("TEC-CICD")


def test_hr_sees_the_text_it_is_about_to_hide_and_what_hiding_does(cast, as_):
    round = released(cast)
    text = visible_feedback(cast.hr, round).pools[0].texts[0]
    page = as_(cast.hr).get(f"/feedback/rounds/{round.pk}/texts/{text.id}/hide/").content.decode()
    assert f"<blockquote>{text.text}</blockquote>" in page
    assert "no one learns who wrote it" in page
    assert f'href="/feedback/rounds/{round.pk}/results/"' in page


def test_after_the_release_the_list_no_longer_says_what_it_could_show(cast, as_):
    text = as_(cast.manager).get(f"/feedback/rounds/{released(cast).pk}/").content.decode()
    assert "Read the results" in text
    assert "Results this list can show" not in text
    assert "answers until" not in text


def test_the_questions_of_named_answers_are_read_with_names_filled_in(cast, as_):
    round, requests = make_collecting_round(cast.subject, ["stakeholder"], confidentiality="attributed")
    services.answer(requests[0], answers_to(requests[0]))
    round = services.release_round(round)
    for path in ("results/", "results.csv"):
        text = as_(cast.manager).get(f"/feedback/rounds/{round.pk}/{path}").content.decode()
        assert "Priya Raman" in text
        assert "{{" not in text
    assert all("{{" not in each.question for each in visible_feedback(cast.manager, round).named)
