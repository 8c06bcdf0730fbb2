"""The life of a review: which moves are open when, to whom, and what follows."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from feedback import services as feedback
from foundation.audit.events import record
from foundation.audit.models import Event
from foundation.outbox.models import Message
from foundation.workflow.moves import MoveRefused, open_moves, why_not
from people.models import Delegation
from reviews.evaluation.services import send_self_assessment
from reviews.models import Review
from reviews.review.moves import change_manager, end_peer_review_if_over, extend, move
from reviews.review.presenters import history
from tests.factories import answers_to, make_review, make_user
from tests.reviews.conftest import fresh, prepare_delivery


def names(review, user):
    return {each["name"] for each in open_moves(review, user)}


def test_only_the_moves_of_this_person_are_offered(cast, review):
    assert names(review, cast.hr) == {"skip_self_assessment", "cancel"}
    assert names(review, cast.stranger) == set()
    assert names(review, cast.manager) == set()


def test_a_move_that_is_not_open_says_why(cast, at):
    review = at("delivery")
    [deliver] = [each for each in open_moves(review, cast.manager) if each["name"] == "deliver"]
    assert "summary is not complete" in deliver["refusal"]
    with pytest.raises(MoveRefused, match="summary is not complete"):
        move(review, "deliver", by=cast.manager)


def test_delivery_waits_for_summary_plan_and_conversation(cast, at):
    review = at("delivery")
    prepare_delivery(review)
    review.actions.all().delete()
    with pytest.raises(MoveRefused, match="at least one action item"):
        move(review, "deliver", by=cast.manager)
    prepare_delivery(review)
    Review.objects.filter(pk=review.pk).update(conversation_on=None)
    with pytest.raises(MoveRefused, match="Set the review meeting first"):
        move(review, "deliver", by=cast.manager)


def test_a_stranger_may_not_move_a_review(cast, at):
    with pytest.raises(PermissionDenied):
        move(at("peer_review"), "move_on_to_evaluation", by=cast.stranger, reason="Hm")


def test_an_unsent_self_assessment_cannot_be_submitted(cast, review):
    with pytest.raises(MoveRefused, match="has not been submitted"):
        move(review, "submit_self_assessment", by=cast.subject)


def test_a_second_submission_is_refused_and_changes_nothing(cast, at):
    review = at("peer_review")
    with pytest.raises(MoveRefused):
        send_self_assessment(review, by=cast.subject)
    assert Event.objects.about(review).filter(verb="review.submit_self_assessment").count() == 1


def test_every_move_is_an_event_with_reason_before_and_after(cast, at):
    review = at("manager_evaluation")
    event = Event.objects.about(review).first()
    assert event.verb == "review.move_on_to_evaluation"
    assert event.actor == cast.hr
    assert event.data == {"before": "peer_review", "after": "manager_evaluation", "reason": "The window is over."}


def test_a_stand_ins_move_names_both(cast, at):
    review, today = at("delivery"), timezone.localdate()
    prepare_delivery(review)
    Delegation.objects.create(principal=cast.manager, stand_in=cast.stranger, starts_on=today, ends_on=today)
    move(review, "deliver", by=cast.stranger)
    event = Event.objects.about(review).first()
    assert (event.actor, event.on_behalf_of) == (cast.stranger, cast.manager)


def test_a_returned_self_assessment_can_be_written_again_and_keeps_its_text(cast, at):
    review = at("peer_review")
    before = review.self_assessment.answers
    review = fresh(move(review, "return_self_assessment", by=cast.manager, reason="Please add May."))
    assert (review.status, review.sub_state, review.note) == ("self_assessment", "returned", "Please add May.")
    assert review.self_assessment.submitted_at is None
    assert review.self_assessment.answers == before


def test_a_returned_evaluation_hides_it_from_hr_again(cast, at):
    review = move(at("delivery"), "return_evaluation", by=cast.hr, reason="Two codes have no example.")
    assert fresh(review).evaluation.submitted_at is None
    assert Message.objects.filter(kind="returned_for_changes", recipient=cast.manager).count() == 1


def test_what_hr_and_the_manager_settle_before_delivery_is_no_part_of_the_subjects_history(cast, at):
    review = move(at("delivery"), "return_evaluation", by=cast.hr, reason="Two codes have no example.")
    record(review, "change_result", by=cast.hr)
    settled = {"Evaluation returned", "Result changed in calibration"}
    told = {name: {entry["text"] for entry in history(fresh(review), cast[name])} for name in ("manager", "subject")}
    assert settled <= told["manager"]
    assert not settled & told["subject"]
    assert told["subject"]


def test_the_peer_review_ends_when_the_window_is_over(cast, at):
    review = at("peer_review")
    assert end_peer_review_if_over(review) is None
    with time_machine.travel(timezone.now() + timedelta(days=60)):
        assert end_peer_review_if_over(fresh(review)).status == "manager_evaluation"
    assert fresh(review).round.status == "released"


def test_the_manager_cannot_close_early_with_too_few_answers(cast, at):
    """cases C5"""
    with pytest.raises(MoveRefused, match="Nobody has been asked"):
        move(at("peer_review"), "close_peer_review", by=cast.manager, reason="In a hurry")


def test_delivery_opens_the_review_to_its_subject_and_tells_them_once(cast, at):
    review = at("delivered")
    assert review.round.is_open_to_subject
    assert Message.objects.filter(kind="delivered", recipient=cast.subject).count() == 1


def test_a_refusal_to_confirm_is_recorded(cast, at):
    review = move(at("delivered"), "record_refusal", by=cast.manager, reason="Does not want to.")
    assert (review.status, review.refused_acknowledgement) == ("acknowledged", True)


def test_a_reopened_review_is_closed_to_its_subject_until_the_next_delivery(cast, at):
    review = fresh(move(at("acknowledged"), "reopen", by=cast.hr, reason="Wrong period."))
    assert review.status == "delivery"
    assert review.acknowledged_at is None
    move(review, "deliver", by=cast.manager)
    assert Message.objects.filter(kind="delivered", recipient=cast.subject).count() == 2


def test_cancelling_ends_the_round_and_its_links(cast, at):
    review = move(at("peer_review"), "cancel", by=cast.hr, reason="Left.")
    assert fresh(review).round.status == "cancelled"


def test_an_extended_review_is_alone_in_its_deadline(cast, catalogue):
    review = make_review(cast.subject, cast.hr)
    other = review.cycle.reviews.get(subject=cast.peer)
    later = review.peer_review_due_on + timedelta(days=9)
    review = extend(review, later, by=cast.hr, reason="Was ill.")
    assert review.self_assessment_due_on == later
    assert fresh(review).round.closes_on == review.peer_review_due_on > later
    assert fresh(other).self_assessment_due_on < later


def test_a_new_manager_takes_over_review_and_round(cast, at):
    new = make_user("Nina Neu")
    review = change_manager(at("manager_evaluation"), new, by=cast.hr, reason="Moved.", contribution="Ask about May.")
    assert fresh(review).manager == new
    assert fresh(review).round.manager == new
    assert review.manager_changes.get().contribution == "Ask about May."
    assert Message.objects.filter(kind="review_handed_over", recipient=new).count() == 1


def test_no_page_of_the_manager_changes_when_an_answer_arrives(cast, as_, at):
    """cases C5: neither the page nor the refusal of a move may count answers live (security contract 2.3)."""
    review = at("peer_review")
    for _number in range(4):
        feedback.propose(review.round, by=cast.subject, giver=make_user(), relation="data_scientist")
    feedback.submit_list(review.round, by=cast.subject)
    feedback.approve(fresh(review).round, by=cast.manager)
    pages = []
    for request in review.round.requests.filter(status="asked").select_related("round__subject")[:3]:
        html = as_(cast.manager).get(review.get_absolute_url()).content.decode()
        pages.append(re.sub(r"csrf\w+\" value=\"\w+", "", html))
        feedback.answer(request, answers_to(request), by=request.giver)
    assert review.round.requests.filter(status="answered").count() == 3  # there is something to count
    assert len(set(pages)) == 1
    with pytest.raises(MoveRefused, match="0 of 4 had answered"):
        move(fresh(review), "close_peer_review", by=cast.manager, reason="In a hurry")
    feedback.renew_counts(timezone.localdate() + timedelta(days=1))
    assert move(fresh(review), "close_peer_review", by=cast.manager, reason="Enough.").status == "manager_evaluation"


def test_the_refusal_names_the_count_and_when_it_was_taken(wednesday, cast, at):
    """cases C5: six of six have answered since the count; the manager reads its number and its day."""
    review = at("peer_review")
    for _number in range(6):
        feedback.propose(review.round, by=cast.subject, giver=make_user(grade=None), relation="data_scientist")
    feedback.submit_list(review.round, by=cast.subject)
    feedback.approve(fresh(review).round, by=cast.manager)
    requests = list(review.round.requests.filter(status="asked").select_related("round__subject", "giver"))
    feedback.answer(requests[0], answers_to(requests[0]), by=requests[0].giver)
    feedback.renew_counts(wednesday.date())
    for request in requests[1:]:
        feedback.answer(request, answers_to(request), by=request.giver)
    refusal = why_not(fresh(review), "close_peer_review")
    assert refusal.startswith("1 of 6 had answered when answers were last counted (Wed 9 Jan, once a day)")
    assert "moves on by itself once everybody has answered" in refusal
    assert end_peer_review_if_over(fresh(review)).status == "manager_evaluation"


def test_buttons_of_an_action_item_begin_with_the_work_and_end_with_dropping_it(cast, as_, at):
    """cases H10: Start, Done, then in red what drops it."""
    review = at("delivered")
    page = as_(cast.subject).get(review.get_absolute_url()).content.decode()
    places = [page.index(f"/{verb}/") for verb in ("start", "finish", "propose_drop")]
    assert places == sorted(places)
    link = page[places[2] - 250 : places[2]]
    assert "btn-outline-danger" in link


def test_a_refusal_names_the_stage_as_the_organisation_calls_it(cast, at):
    """cases H7"""
    review = at("peer_review")
    stage = review.cycle.stages.get(key="peer_review")
    stage.title, stage.texts = "Voices of colleagues", {}
    stage.save()
    with pytest.raises(MoveRefused) as refused:
        move(fresh(review), "deliver", by=cast.manager)
    assert "Voices of colleagues" in str(refused.value)
    assert "Peer" not in str(refused.value)
