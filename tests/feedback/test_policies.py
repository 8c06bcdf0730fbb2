"""Who has which part in a round, asked row by row and as a filter: the same answer both ways."""

from datetime import timedelta

import pytest
from django.utils import timezone

from feedback.models import FeedbackRequest, FeedbackRound
from feedback.policies import RequestPolicy, RoundPolicy, part_in, principal_of
from people.models import Delegation
from tests.factories import make_request, make_round, make_team, make_user

EVERYONE = ("hr", "head", "manager", "subject", "peer", "stranger", "auditor", "it")


@pytest.fixture
def round(cast):
    return make_round(cast.subject)


def delegate(principal, stand_in, first=0, last=0):
    today = timezone.localdate()
    days = {"starts_on": today + timedelta(first), "ends_on": today + timedelta(last)}
    return Delegation.objects.create(principal=principal, stand_in=stand_in, **days)


def parts(cast, round):
    return {who: part_in(round, cast[who]) for who in EVERYONE if part_in(round, cast[who])}


def test_three_parts_and_nobody_else(cast, round):
    assert parts(cast, round) == {"subject": "subject", "manager": "manager", "hr": "hr"}


def test_the_filter_and_the_single_check_agree(cast, round):
    delegate(cast.manager, cast.stranger)
    others = [make_round(cast[who], manager=cast.head) for who in ("peer", "hr", "stranger", "auditor")]
    for who in EVERYONE:
        visible = set(FeedbackRound.objects.visible_to(cast[who]))
        assert visible == {each for each in [round, *others] if part_in(each, cast[who])}, who
        led = set(FeedbackRound.objects.led_by(cast[who]))
        assert led == {each for each in [round, *others] if RoundPolicy.allows(cast[who], each, "manage")}, who


@pytest.mark.parametrize(("first", "last", "is_manager"), [(0, 0, True), (-3, 3, True), (-3, -1, False), (1, 3, False)])
def test_a_stand_in_has_the_managers_part_for_the_dates_given(cast, round, first, last, is_manager):
    delegate(cast.manager, cast.stranger, first, last)
    assert (part_in(round, cast.stranger) == "manager") is is_manager
    assert (round in FeedbackRound.objects.led_by(cast.stranger)) is is_manager
    assert (principal_of(round, cast.stranger) == cast.manager) is is_manager


def test_a_manager_acts_for_nobody(cast, round):
    assert principal_of(round, cast.manager) is None


def test_a_stand_in_for_somebody_else_has_no_part(cast, round):
    delegate(cast.head, cast.stranger)
    assert part_in(round, cast.stranger) == ""


def test_a_former_manager_has_no_part(cast, round):
    FeedbackRound.objects.update(manager=cast.head)
    assert parts(cast, FeedbackRound.objects.get()) == {"subject": "subject", "head": "manager", "hr": "hr"}


def test_the_manager_of_record_stays_when_the_reporting_line_moves(cast, round):
    cast.subject.manager = cast.head
    cast.subject.save()
    assert part_in(FeedbackRound.objects.get(), cast.manager) == "manager"


def test_the_subject_is_only_ever_the_subject(cast):
    own = make_round(cast.hr, manager=cast.head)
    assert part_in(own, cast.hr) == "subject"
    assert not RoundPolicy.allows(cast.hr, own, "handle")
    assert not RoundPolicy.allows(cast.hr, own, "lead")


def test_hr_who_leads_a_round_is_its_manager_and_not_hr(cast):
    own = make_round(make_user(manager=cast.hr))
    other = make_round(cast.subject)
    assert part_in(own, cast.hr) == "manager"
    assert not RoundPolicy.allows(cast.hr, own, "handle")
    assert set(FeedbackRound.objects.visible_to(cast.hr)) == {own, other}
    assert list(FeedbackRound.objects.run_by_hr(cast.hr)) == [other]


def test_hr_has_no_part_in_the_round_about_their_own_manager(cast):
    cast.hr.manager = cast.manager
    cast.hr.save()
    about_the_manager = make_round(cast.manager, manager=cast.head)
    assert part_in(about_the_manager, cast.hr) == ""
    assert about_the_manager not in FeedbackRound.objects.visible_to(cast.hr)


def test_a_partner_of_another_team_has_no_part(cast, round):
    partner = make_user()
    make_team().hr_partners.add(partner)
    assert part_in(round, partner) == ""
    cast.team.hr_partners.add(partner)
    partner, round = type(partner).objects.get(pk=partner.pk), type(round).objects.get(pk=round.pk)
    assert part_in(round, partner) == "hr"


def test_two_partners_of_a_team_do_not_double_its_rounds(cast, round):
    partner, second = make_user(), make_user()
    cast.team.hr_partners.add(partner, second)
    own = make_round(partner, manager=cast.head)
    assert sorted(map(str, FeedbackRound.objects.visible_to(partner))) == sorted([str(round), str(own)])


@pytest.mark.parametrize(
    ("status", "is_open", "readers"),
    [
        ("nominating", True, set()),
        ("collecting", True, set()),
        ("cancelled", True, set()),
        ("released", False, {"manager", "hr"}),
        ("released", True, {"manager", "hr", "subject"}),
    ],
)
def test_who_reads_results_follows_from_the_state(cast, status, is_open, readers):
    round = make_round(cast.subject, status=status, is_open_to_subject=is_open)
    assert {who for who in EVERYONE if RoundPolicy.allows(cast[who], round, "read_results")} == readers


def test_only_hr_hides_texts_and_only_after_the_release(cast, round):
    released = make_round(cast.subject, status="released")
    assert {who for who in EVERYONE if RoundPolicy.allows(cast[who], released, "hide_text")} == {"hr"}
    assert not RoundPolicy.allows(cast.hr, round, "hide_text")


def test_a_giver_sees_the_own_request_once_asked_and_no_other(cast, round):
    own = make_request(round, giver=cast.peer, status="proposed")
    make_request(round, giver=cast.stranger)
    assert set(FeedbackRequest.objects.visible_to(cast.peer)) == set()
    for status in ("asked", "answered", "declined"):
        shown = make_request(make_round(cast.subject), giver=cast.peer, status=status)
        assert shown in FeedbackRequest.objects.visible_to(cast.peer)
    assert own not in FeedbackRequest.objects.visible_to(cast.peer)


def test_the_subject_handles_no_request(cast, round):
    make_request(round)
    assert not FeedbackRequest.objects.visible_to(cast.subject).exists()
    assert FeedbackRequest.objects.visible_to(cast.manager).exists()
    assert FeedbackRequest.objects.visible_to(cast.hr).exists()


def test_who_may_take_somebody_off(cast, round):
    own = make_request(round, status="proposed", added_by=cast.subject)
    added = make_request(round, status="proposed", added_by=cast.manager)
    assert {who for who in EVERYONE if RequestPolicy.allows(cast[who], own, "take_off")} == {"subject", "manager", "hr"}
    assert {who for who in EVERYONE if RequestPolicy.allows(cast[who], added, "take_off")} == {"manager", "hr"}


def test_what_waits_for_a_giver_is_asked_and_open(cast):
    waiting = make_request(make_round(cast.subject, status="collecting"), giver=cast.peer)
    for status, state in [
        ("nominating", "asked"),
        ("released", "asked"),
        ("collecting", "answered"),
        ("collecting", "proposed"),
    ]:
        make_request(make_round(cast.subject, status=status), giver=cast.peer, status=state)
    assert list(FeedbackRequest.objects.asked_of(cast.peer)) == [waiting]


def test_the_nearest_deadline_comes_first_and_extensions_count(cast):
    today = timezone.localdate()
    late, soon, extended = (
        make_round(cast.subject, status="collecting", closes_on=today + timedelta(n)) for n in (9, 3, 5)
    )
    requests = [make_request(each, giver=cast.peer) for each in (late, soon, extended)]
    FeedbackRequest.objects.filter(pk=requests[2].pk).update(due_on=today + timedelta(12))
    found = list(FeedbackRequest.objects.asked_of(cast.peer))
    assert [each.last_day for each in found] == [today + timedelta(n) for n in (3, 9, 12)]
    assert [each.deadline for each in found] == [each.last_day for each in found]
