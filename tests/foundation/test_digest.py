"""News of the day: one mail per person, in their morning and language, with what still holds."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from feedback import services as feedback
from feedback.models import FeedbackRound
from foundation.outbox.digest import LINES, line_for, send_digests, tell
from foundation.outbox.mails import Withdrawn
from foundation.outbox.models import DigestLine, Message, MorningRun
from foundation.outbox.tasks import send_owed
from foundation.workflow.moves import perform
from people.models import User
from reviews.calibration import services as calibration
from reviews.cycles.services import launch
from reviews.evaluation.services import attach
from reviews.messages import DropProposed
from reviews.models import CalibrationGroup, Rebuttal
from tests.factories import confirm_outsiders, make_cycle, make_goal, make_user
from tests.reviews.conftest import at, review

__all__ = ["at", "review"]  # fixtures of the reviews
pytestmark = pytest.mark.usefixtures("wednesday", "mail_texts")


def told(kind):
    """Who has a line of this kind waiting."""
    return {line.recipient.name for line in DigestLine.objects.filter(kind=kind).select_related("recipient")}


def proposal(cast, number=0):
    goal = make_goal(owner=cast.subject, title=f"Goal {number}")
    return perform(goal, "propose", by=cast.subject)


def digests():
    send_digests()
    send_owed()
    return {email.to[0]: email for email in mail.outbox if "summary" in email.subject}


# --- each event reaches whom it concerns (cases F3) ----------------------------------------------------------------
def test_managers_hear_of_a_launch_with_the_number_of_their_people(cast, catalogue):
    """cases F3"""
    launch(make_cycle(cast.hr), by=cast.hr)
    people = dict(DigestLine.objects.filter(kind="line_cycle_launched").values_list("recipient__name", "data__people"))
    assert people == {"Marta Keller": 2, "Edda Falk": 1}


def test_the_manager_hears_of_a_submitted_self_assessment(cast, at):
    """cases F3"""
    at("peer_review")
    assert told("line_self_assessment_submitted") == {"Marta Keller"}


def test_the_subject_hears_of_an_approved_list(cast, review):
    """cases F3"""
    for number in range(4):
        given = {"name": f"Out {number}", "email": f"out{number}@example.com", "relation": "data_scientist"}
        feedback.propose(review.round, by=cast.subject, **given)
    confirm_outsiders(review.round, by=cast.hr)
    feedback.submit_list(review.round, by=cast.subject)
    feedback.approve(FeedbackRound.objects.get(pk=review.round_id), by=cast.manager)
    assert told("line_list_approved") == {"Priya Raman"}


def test_the_other_side_hears_of_a_proposed_goal(cast):
    """cases F3"""
    proposal(cast)
    assert told("line_goal_proposed") == {"Marta Keller"}


def test_the_manager_hears_of_a_statement_once_though_it_was_clicked_twice(cast, at):
    """cases F3"""
    review = at("delivered")
    for _click in range(2):
        attach(Rebuttal(review=review, text="I see May differently."))
    assert told("line_statement_added") == {"Marta Keller"}
    assert "differently" not in str(list(DigestLine.objects.values()))


def test_everybody_who_calibrates_hears_of_the_group_but_not_who_made_it(cast, review):
    """cases F3, cases C10"""
    group = CalibrationGroup.objects.create(cycle=review.cycle, name="Platform", facilitator=cast.stranger)
    group.members.set([cast.manager, cast.head])
    calibration.announce(group, by=cast.hr)
    assert told("line_calibration_opened") == {"Marta Keller", "Edda Falk", "Sten Fremd"}


# --- the mail ------------------------------------------------------------------------------------------------------
def test_all_news_of_one_person_is_one_mail(cast, at):
    """cases F3"""
    at("peer_review")
    proposal(cast)
    email = digests()["marta.keller@example.org"]
    assert "Priya Raman has submitted the self-assessment." in email.body
    assert "Priya Raman has proposed a goal for Priya Raman." in email.body
    assert email.body.count("http://") == 4  # launched, submitted, proposed, all tasks
    assert Message.objects.filter(kind="digest", recipient=cast.manager).count() == 1


def test_the_mail_is_in_the_language_of_its_reader(cast):
    User.objects.filter(pk=cast.manager.pk).update(language="de")
    proposal(cast)
    send_digests()
    send_owed()
    [email] = mail.outbox
    assert email.subject == "Ihre Beurteilungen: Zusammenfassung des Tages"
    assert "hat ein Ziel für Priya Raman vorgeschlagen" in email.body


def test_a_second_clock_and_a_second_run_send_nothing_more(cast):
    proposal(cast)
    assert send_digests() == 1
    assert send_digests() == 0
    MorningRun.objects.all().delete()  # the worker died before it noted the run
    proposal(cast, 1)
    assert send_digests() == 0
    assert DigestLine.objects.filter(message=None).count() == 1  # it waits for the next morning
    assert Message.objects.filter(kind="digest").count() == 1


def test_what_comes_after_the_digest_is_in_the_next_one(cast, time_machine, wednesday):
    proposal(cast)
    send_digests()
    proposal(cast, 1)
    time_machine.move_to(wednesday + timedelta(days=1))
    assert send_digests() == 1
    assert not DigestLine.objects.filter(message=None).exists()


def test_news_that_no_longer_holds_is_left_out_and_an_empty_digest_is_not_sent(cast):
    goal = proposal(cast)
    perform(goal, "agree", by=cast.manager)
    assert digests() == {}
    assert Message.objects.get(kind="digest").error == "no news is left"


@pytest.mark.parametrize(
    ("moment", "is_sent"),
    [
        (datetime(2030, 1, 9, 6, tzinfo=UTC), False),  # 7 o'clock in Berlin
        (datetime(2030, 1, 9, 16, tzinfo=UTC), True),  # nobody came in the morning
        (datetime(2030, 1, 12, 9, tzinfo=UTC), False),  # Saturday
        (datetime(2030, 5, 1, 9, tzinfo=UTC), False),  # a public holiday
    ],
)
def test_digests_leave_by_day_on_working_days(cast, time_machine, moment, is_sent):
    """cases C8"""
    time_machine.move_to(moment)
    proposal(cast)
    assert send_digests() == is_sent


def test_nobody_on_leave_or_gone_gets_a_digest_and_it_waits_for_who_comes_back(cast, time_machine, wednesday):
    """cases C8, cases B1"""
    proposal(cast)
    today = timezone.localdate()
    User.objects.filter(pk=cast.manager.pk).update(leave_from=today, leave_until=today)
    assert send_digests() == 0
    time_machine.move_to(wednesday + timedelta(days=1))
    User.objects.filter(pk=cast.manager.pk).update(is_active=False)
    assert send_digests() == 0
    time_machine.move_to(wednesday + timedelta(days=2))
    User.objects.filter(pk=cast.manager.pk).update(is_active=True)
    assert send_digests() == 1


def test_a_very_long_digest_is_cut_and_says_so(cast):
    tell(
        line_for(make_goal(owner=cast.subject, status="proposed"), "line_goal_proposed", to=cast.manager, key=str(n))
        for n in range(LINES + 3)
    )
    body = digests()["marta.keller@example.org"].body
    assert body.count("Agree or answer") == LINES
    assert "And 3 more." in body


@pytest.mark.parametrize("size", [1, 30])
def test_digests_cost_the_same_number_of_queries_for_any_number(cast, size, django_assert_num_queries):
    for _number in range(size):
        person = make_user(manager=cast.manager)
        tell([line_for(person, "line_goal_proposed", to=person, key=str(person.pk))])
    with django_assert_num_queries(15):
        assert send_digests() == size


@pytest.mark.parametrize(("proposer", "told_name"), [("subject", "Marta Keller"), ("manager", "Priya Raman")])
def test_whoever_has_to_agree_to_a_drop_hears_of_it(cast, at, proposer, told_name):
    """cases D2: by the digest, and no longer once it is answered."""
    item = at("delivered").actions.get()
    item = perform(item, "propose_drop", by=cast[proposer], reason="The service was sold.")
    assert told("line_drop_proposed") == {told_name}
    line = DigestLine.objects.get(kind="line_drop_proposed")
    assert "The service was sold." not in str(line.data)
    message = Message(kind=line.kind, target_id=line.target_id, data=line.data)
    assert DropProposed().build(message, None)["link"].endswith(f"/reviews/{item.review_id}/#plan")
    perform(item, "keep", by=cast[proposer])
    with pytest.raises(Withdrawn):
        DropProposed().build(message, None)
