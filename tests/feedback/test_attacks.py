"""Eleven ways to find out who said what. Each first shows the leak of a naive version, then that ours gives nothing."""

import csv
import io
import json
import re
from collections import Counter

import pytest
from django.apps import apps
from django.db import models
from django.test import Client

from feedback import services
from feedback.models import Answer, Draft, FeedbackRequest, FeedbackRound, Release
from feedback.results.exports import rows_of
from feedback.results.summaries import visible_feedback
from feedback.rounds.querysets import answering_day
from foundation.audit.events import record
from foundation.audit.models import Event
from foundation.outbox.messages import enqueue, message_for
from foundation.outbox.models import Message
from foundation.ui.downloads import csv_lines
from foundation.workflow.moves import MoveRefused
from people.models import Delegation, User
from questionnaires.models import Question
from tests.factories import answers_to, make_collecting_round, make_request, save_draft
from tests.feedback.conftest import SIX, body_of
from tests.feedback.elimination import determined


def answer_all(requests, choice="often"):
    for number, request in enumerate(requests):
        services.answer(request, answers_to(request, choice, f"words of author {number}"))


def pages(round, *people):
    """Everything that subject, manager and the like can open about the round, without the changing form tokens."""
    found = {}
    for person in people:
        client = Client()
        client.force_login(person)
        for path in ("/feedback/", f"/feedback/rounds/{round.pk}/", f"/feedback/rounds/{round.pk}/results/"):
            found[person.name, path] = body_of(client.get(path))
    return found


def sums_of(blocks, people):
    """0/1 rows over `people`, a list of relations, as a reader of these blocks knows them."""
    return [[int(relation in block["relations"]) for relation in people] for block in blocks]


# 1 --- the live difference -----------------------------------------------------------------------------------------
def test_looking_before_and_after_each_answer_shows_no_difference(cast, collecting):
    services.renew_counts(collecting.closes_on)
    naive, before = FeedbackRound.objects.get().progress(), pages(collecting, cast.subject, cast.manager)
    for request in collecting.asked:
        services.answer(request, answers_to(request))
        assert FeedbackRound.objects.get().progress() != naive  # a live number would tell when each answer came
        assert pages(collecting, cast.subject, cast.manager) == before


def test_a_draft_shows_nowhere_either(cast, collecting):
    before = pages(collecting, cast.subject, cast.manager, cast.hr)
    save_draft(collecting.asked[0], {"all_keep": "a secret half sentence"}, 0)
    assert Draft.objects.get().answers["all_keep"] == "a secret half sentence"
    assert pages(collecting, cast.subject, cast.manager, cast.hr) == before


def test_the_number_of_answers_is_renewed_once_a_day(cast, collecting):
    day = collecting.closes_on
    services.answer(collecting.asked[0], answers_to(collecting.asked[0]))
    assert FeedbackRound.objects.get().counted_answers == 0
    services.renew_counts(day)
    assert FeedbackRound.objects.get().counted_answers == 1
    services.answer(collecting.asked[1], answers_to(collecting.asked[1]))
    services.renew_counts(day)
    assert FeedbackRound.objects.get().counted_answers == 1


# 2 --- the difference between two filters --------------------------------------------------------------------------
def test_no_two_selections_differ_by_one_person(cast, as_):
    people = ["data_scientist"] * 4 + ["stakeholder"]
    everybody, filtered = [1] * 5, [1, 1, 1, 1, 0]
    assert determined([everybody, filtered]) == [4]  # an average of all and one of data scientists: the stakeholder
    round, requests = make_collecting_round(cast.subject, people)
    answer_all(requests)
    round = services.release_round(round)
    for blocks in round.snapshot.content["ratings"].values():
        assert determined(sums_of(blocks, people)) == []
    client, path = as_(cast.manager), f"/feedback/rounds/{round.pk}/results/"
    plain = body_of(client.get(path))
    for words in ("?relation=stakeholder", "?group=data_scientist", "?k=1", "?k_scores=1", "?all=1"):
        assert body_of(client.get(path + words)) == plain


# 3 --- an optional question that few answered ----------------------------------------------------------------------
def test_an_optional_question_answered_by_few_is_not_shown(cast):
    round, requests = make_collecting_round(cast.subject, ["data_scientist"] * 4)
    for number, request in enumerate(requests):
        own = {} if number < 2 else {"own_early": ""}
        services.answer(request, answers_to(request, **own))
    naive = Answer.objects.filter(question__key="own_early").count()
    assert naive == 2  # each of the two would see the other's choice
    feedback = visible_feedback(cast.manager, services.release_round(round))
    assert feedback.of_code("TEC-CICD").n == 4
    assert feedback.of_code("TEA-DSCI") is None
    assert "Partnership with data science" in feedback.withheld


def test_i_cannot_say_takes_the_author_out_of_the_group(cast):
    round, requests = make_collecting_round(cast.subject, ["data_scientist"] * 4)
    for number, request in enumerate(requests):
        own = {"all_promise": "cannot_say"} if number < 2 else {}
        services.answer(request, answers_to(request, **own))
    feedback = visible_feedback(cast.manager, services.release_round(round))
    assert feedback.of_code("OPS-SLOM") is None
    assert feedback.of_code("TEA-STAK").n == 4


# 4 --- an author among the readers ---------------------------------------------------------------------------------
@pytest.mark.parametrize(("count", "is_shown"), [(3, False), (4, True)])
def test_a_reader_who_is_an_author_needs_k_others(cast, count, is_shown):
    round, requests = make_collecting_round(cast.subject, ["data_scientist"] * (count - 1))
    own = make_request(round, giver=cast.stranger)
    today = round.period_end
    Delegation.objects.create(principal=cast.manager, stand_in=cast.stranger, starts_on=today, ends_on=today)
    answer_all([*requests, own])
    round = services.release_round(round)
    assert visible_feedback(cast.manager, round).of_code("TEC-CICD").n == count  # minus one's own leaves n - 1
    shown = visible_feedback(cast.stranger, round).of_code("TEC-CICD")
    assert (shown is not None) is is_shown


@pytest.mark.parametrize(("count", "is_shown"), [(4, False), (5, True)])
def test_an_author_reads_texts_only_among_k_others(cast, count, is_shown):
    round, requests = make_collecting_round(cast.subject, ["data_scientist"] * (count - 1))
    own = make_request(round, giver=cast.hr)
    answer_all([*requests, own])
    round = services.release_round(round)
    assert visible_feedback(cast.manager, round).pools
    assert bool(visible_feedback(cast.hr, round).pools) is is_shown


def test_an_author_of_another_role_reads_the_groups_without_own_part(cast):
    round, requests = make_collecting_round(cast.subject, ["data_scientist"] * 3)
    own = [make_request(round, relation="stakeholder") for _each in range(2)]
    own.append(make_request(round, giver=cast.hr, relation="stakeholder"))
    answer_all([*requests, *own])
    feedback = visible_feedback(cast.hr, services.release_round(round))
    assert feedback.of_code("TEC-CICD").n == 3
    assert [block.label for block in feedback.of_code("OPS-SLOM").blocks] == ["Data scientists"]


# 5 --- the late answer ---------------------------------------------------------------------------------------------
def test_an_answer_after_the_release_changes_nothing(cast):
    round, requests = make_collecting_round(cast.subject, ["data_scientist"] * 5)
    answer_all(requests[:4])
    early, late = [1, 1, 1, 1, 0], [1, 1, 1, 1, 1]
    assert determined([early, late]) == [4]  # reading before and after a recount gives the latecomer away
    round = services.release_round(round)
    before = pages(round, cast.manager, cast.hr)
    with pytest.raises(MoveRefused):
        services.answer(requests[4], answers_to(requests[4], "rarely"))
    with pytest.raises(MoveRefused):
        services.release_round(round)
    assert services.release_rounds([round.pk]) == 0
    assert pages(round, cast.manager, cast.hr) == before


# 6 --- order -------------------------------------------------------------------------------------------------------
def released_texts(cast, count):
    """Per release the texts of one theme as shown; the text tells which author, 0 to 3, wrote it in which order."""
    rounds = [FeedbackRound(**values) for values in round_values(cast, count)]
    services.open_rounds(rounds)
    for author in range(4):
        for theme in ("strengths", "growth"):
            Answer.objects.bulk_create(
                Answer(round=round, relation="stakeholder", theme=theme, text=f"{theme} {author}") for round in rounds
            )
    services.release_rounds(rounds)
    for release in Release.objects.filter(round__in=rounds):
        yield {pool["theme"]: [text["text"][-1] for text in pool["texts"]] for pool in release.content["texts"]}


def round_values(cast, count):
    template, _requests = make_collecting_round(cast.subject, [])
    fields = ["title", "period_start", "period_end", "closes_on", "catalogue_id", "manager_id", "subject_id"]
    values = {name: getattr(template, name) for name in fields}
    return [values | {"status": "collecting"} for _each in range(count)]


def test_the_order_shown_is_chance_against_the_order_of_arrival(cast):
    naive = [["0", "1", "2", "3"]] * 400
    assert places_of("0", naive) == Counter({0: 400})  # in order of arrival the first is always first
    shown = [pools["growth"] for pools in released_texts(cast, 400)]
    for author in "0123":
        for place, count in places_of(author, shown).items():
            assert 60 < count < 140, (author, place, count)  # 100 expected; five standard deviations are 43


def places_of(author, lists):
    return Counter(texts.index(author) for texts in lists)


# 7 --- ids and times -----------------------------------------------------------------------------------------------
def test_ids_and_times_tell_neither_author_nor_order(collecting):
    naive = [record(request, "answer").number for request in collecting.asked]
    assert naive == sorted(naive)  # a counted id is the order of arrival
    kinds = {type(field) for field in Answer._meta.get_fields()}
    assert not kinds & {models.DateTimeField, models.DateField, models.AutoField, models.BigAutoField}
    seen = set()
    for request in collecting.asked:
        services.answer(request, answers_to(request))
        ids = set(Answer.objects.values_list("pk", flat=True))
        assert all(pk.version == 4 for pk in ids)
        assert not ids & seen  # what stood there yesterday has another id today: no list of new ones can be made
        seen = ids


def test_no_join_leads_from_an_answer_to_its_author(collecting):
    assert joins_from(Draft, {"feedback.feedbackrequest", "people.user"})  # a draft has one, and goes
    targets = {field.related_model._meta.label_lower for field in Answer._meta.get_fields() if field.is_relation}
    assert targets == {"feedback.feedbackround", "questionnaires.question", "competencies.point"}
    pointing = [model for model in apps.get_models() for f in model._meta.concrete_fields if f.related_model is Answer]
    assert pointing == []
    columns = {field.attname for field in Answer._meta.concrete_fields}
    assert columns == {"id", "round_id", "relation", "question_id", "point_id", "theme", "text", "counts_author"}


def joins_from(model, wanted):
    return wanted & {field.related_model._meta.label_lower for field in model._meta.get_fields() if field.is_relation}


def test_after_the_release_no_row_is_left_that_role_and_state_could_be_joined_to(cast):
    round, requests = make_collecting_round(cast.subject, ["data_scientist"] * 4 + ["product_manager"])
    answer_all(requests)
    only = Answer.objects.filter(relation="product_manager")
    assert only.exists()
    assert (
        FeedbackRequest.objects.filter(relation="product_manager", status="answered").count() == 1
    )  # that is who it was
    services.release_round(round)
    assert not Answer.objects.exists()
    assert not Draft.objects.exists()
    kept = json.dumps(Release.objects.get().content["ratings"])
    assert not any(str(pk) in kept for pk in Question.objects.values_list("pk", flat=True))


# 8 --- the same author across questions ----------------------------------------------------------------------------
def test_the_places_of_one_author_in_two_lists_are_independent(cast):
    naive = [{"strengths": list("0123"), "growth": list("0123")}] * 400
    assert same_place(naive) == 400  # two lists in one order: read side by side they are one person
    count = same_place(list(released_texts(cast, 400)))
    assert 60 < count < 140  # one in four


def same_place(pools):
    return sum(each["strengths"].index("0") == each["growth"].index("0") for each in pools)


def test_an_author_with_several_texts_counts_once(cast):
    round, requests = make_collecting_round(cast.subject, ["data_scientist"] * 3)
    answer_all(requests, "always")  # each gives examples with the top choice: many texts of three people
    assert Answer.objects.filter(theme="examples").count() > 4
    assert Answer.objects.filter(theme="examples", counts_author=True).count() == 3
    assert not visible_feedback(cast.manager, services.release_round(round)).texts


# 9 --- mails -------------------------------------------------------------------------------------------------------
def test_no_mail_tells_subject_or_manager_of_an_answer(cast, collecting):
    enqueue([message_for(collecting, "nomination_approval", to=cast.manager, key="naive")])
    assert mails_to(cast.manager)  # a mail per answer would be a clock
    Message.objects.all().delete()
    for request in collecting.asked:
        services.answer(request, answers_to(request))
    services.release_round(collecting)
    for person in User.objects.all():
        assert not mails_to(person)
    assert not Message.objects.exists()


def mails_to(person):
    return list(Message.objects.filter(recipient=person))


# 10 --- documents and tables ---------------------------------------------------------------------------------------
def test_a_table_of_the_results_holds_what_the_page_holds_and_no_more(cast, as_):
    round, requests = make_collecting_round(cast.subject, SIX)
    answer_all(requests)
    naive = io.StringIO()
    csv.writer(naive).writerows(Answer.objects.values_list("relation", "text", "pk"))
    assert "stakeholder,all_keep" in naive.getvalue()  # role beside a text: one of two people
    round = services.release_round(round)
    table = as_(cast.manager).get(f"/feedback/rounds/{round.pk}/results.csv")
    text = table.content.decode("utf-8-sig")
    assert "words of author" in text
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}", text)
    assert not re.search(r"20\d\d-\d\d", text)
    rows = [row for row in list(csv.reader(io.StringIO(text)))[1:] if row[5]]
    assert {row[1] for row in rows} == {""}
    assert 'filename="feedback-priya-raman-second-half.csv"' in table["Content-Disposition"]
    assert "Last-Modified" not in table


def test_a_text_is_no_formula_in_a_table(cast):
    round, requests = make_collecting_round(cast.subject, ["data_scientist"] * 4)
    for request in requests:
        services.answer(request, answers_to(request, all_change="=HYPERLINK(1)"))
    feedback = visible_feedback(cast.manager, services.release_round(round))
    table = "".join(csv_lines(rows_of(feedback)))
    assert "'=HYPERLINK(1)" in table
    assert ",=HYPERLINK" not in table


# 11 --- the event log ----------------------------------------------------------------------------------------------
def test_the_event_log_keeps_a_number_of_the_day_and_no_answer(cast, collecting):
    """cases G19: no actor, no hour, no request, no order of arrival."""
    naive = [record(request, "answer", by=cast.peer) for request in collecting.asked]
    assert [event.number for event in naive] == sorted(event.number for event in naive)  # that would be the order
    before = Event.objects.count()
    for request in collecting.asked[:3]:
        services.answer(request, answers_to(request, text="a unique sentence"))
    assert Event.objects.count() == before  # nobody who watches the log sees an answer arrive
    services.renew_counts(answering_day())
    event = Event.objects.get(verb="feedbackround.answers_counted")
    assert (event.actor, event.data, event.target_id) == (None, {"answers": 3}, str(collecting.pk))
    assert event.at.time().isoformat() == "00:00:00"
    services.answer(collecting.asked[3], answers_to(collecting.asked[3]))
    services.release_round(FeedbackRound.objects.get(pk=collecting.pk))
    counted = Event.objects.filter(verb="feedbackround.answers_counted").order_by("number")
    assert [each.data["answers"] for each in counted] == [3, 1]
    assert "unique" not in str(list(Event.objects.values()))


def test_the_counts_of_many_rounds_are_written_in_no_order(cast):
    """cases G19"""
    orders = set()
    for _day in range(12):
        rounds = [make_collecting_round(cast.subject, ["data_scientist"])[0] for _number in range(4)]
        for round in rounds:
            services.answer(round.requests.get(), answers_to(round.requests.get()))
        services.renew_counts(answering_day())
        places = {str(round.pk): place for place, round in enumerate(rounds)}
        events = Event.objects.filter(verb="feedbackround.answers_counted", target_id__in=places).order_by("number")
        orders.add(tuple(places[event.target_id] for event in events))
    assert len(orders) > 1  # by chance the same twelve times: one in 24 to the eleventh


def test_the_log_shows_no_draft_and_no_opened_link(cast, collecting):
    before = Event.objects.count()
    save_draft(collecting.asked[0], {"all_keep": "x"}, 0)
    save_draft(collecting.asked[0], {"all_keep": "y"}, 1)
    assert Event.objects.count() == before
