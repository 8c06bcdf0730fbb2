"""Invented authors: whoever puts addresses of their own on a list would read the one real answer among them."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from feedback import services
from feedback.answers.questions import Groups
from feedback.models import Answer, FeedbackRequest
from feedback.release.services import content_of
from feedback.results.summaries import visible_feedback
from foundation.outbox.tasks import send_owed
from foundation.workflow.moves import MoveRefused, why_not
from people.models import User
from tests.factories import answers_to, make_request, make_round, make_user

OWN = [{"name": "A Friend", "email": "one@own.example"}, {"name": "B Friend", "email": "two@own.example"}]


def answer(*requests):
    for request in requests:
        services.answer(request, answers_to(request, text=f"words of {request.name}"))


@pytest.fixture
def round(cast):
    """Marta leads it; she adds two addresses of her own and one real colleague."""
    round = make_round(cast.subject, status="collecting")
    common = {"by": cast.manager, "relation": "data_scientist"}
    round.real = services.add(round, giver=cast.peer, **common)
    round.own = [services.add(round, **person, **common) for person in OWN]
    return round


def n_shown(viewer, round) -> set[int]:
    return {block.n for code in visible_feedback(viewer, round).codes for block in code.blocks}


def test_the_one_real_answer_among_invented_ones_is_withheld(cast, round):
    """cases G18: if the two counted, three answers would be shown and the manager would know which is real."""
    answer(round.real, *round.own)
    naive = content_of(round, list(round.answers.all()), {"data_scientist": 0}, Groups(round.catalogue))
    assert {block["n"] for blocks in naive["ratings"].values() for block in blocks} == {3}
    released = services.release_round(round)
    assert n_shown(cast.manager, released) == set()
    assert released.snapshot.content["ratings"] == {}
    assert released.snapshot.content["texts"] == []


def test_once_hr_has_confirmed_them_they_count(cast, round):
    """cases G18: the same three answers; also when one of them was sent before HR looked."""
    answer(round.real, round.own[0])
    for request in round.own:
        services.confirm(request, by=cast.hr)
    answer(round.own[1])
    assert n_shown(cast.manager, services.release_round(round)) == {3}


def test_with_enough_others_an_unconfirmed_answer_is_shown_with_them(cast, round):
    """cases G18: nobody is silenced; what is shown includes all."""
    more = [make_request(round, make_user(), "data_scientist") for _each in range(2)]
    answer(round.real, *round.own, *more)
    assert n_shown(cast.manager, services.release_round(round)) == {5}


def test_a_reader_among_the_authors_needs_k_others_who_count(cast, round):
    """cases G18: HR has answered too, and could take off the own answer."""
    more = [make_request(round, giver, "data_scientist") for giver in (make_user(), cast.hr)]
    answer(round.real, *round.own, *more)
    released = services.release_round(round)
    assert n_shown(cast.manager, released) == {5}
    assert n_shown(cast.hr, released) == set()


def test_an_answer_does_not_say_whether_its_author_is_confirmed(cast, round):
    """cases G18: it would tell a reader of the database one of two about the author of each answer."""
    answer(round.real, *round.own)
    names = {field.name for field in Answer._meta.get_fields()}
    assert names == {"id", "round", "relation", "question", "point", "theme", "text", "counts_author"}


def test_whom_hr_adds_is_confirmed(cast, round):
    """cases G18"""
    added = services.add(round, by=cast.hr, name="C", email="c@example.com", relation="stakeholder")
    assert (added.confirmed_by, added.is_unconfirmed) == (cast.hr, False)
    assert round.own[0].confirmed_by is None
    assert services.add(round, by=cast.hr, giver=cast.stranger, relation="stakeholder").confirmed_by is None


@pytest.mark.parametrize("who", ["manager", "subject", "peer", "stranger", "head"])
def test_nobody_but_hr_confirms_unasked(cast, as_, round, who):
    """cases G18"""
    with pytest.raises(PermissionDenied):
        services.confirm(round.own[0], by=cast[who])
    assert as_(cast[who]).post(reverse("feedback:confirm", args=[round.own[0].pk])).status_code == 404


def test_hr_who_leads_or_stands_in_does_not_confirm(cast, round):
    """cases G18: they are readers of the result who gain by it."""
    leader = make_user("Leading HR", is_hr=True)
    day = round.period_end
    cast.manager.delegations.create(stand_in=leader, starts_on=day, ends_on=round.closes_on)
    with pytest.raises(PermissionDenied):
        services.confirm(round.own[0], by=leader)


def test_the_confidentiality_counts_those_who_count_and_says_what_to_do(cast):
    """cases G18: with invented authors a list does not reach the threshold."""
    round = make_round(cast.subject)
    make_request(round, cast.peer, status="proposed")
    own = [make_request(round, status="proposed", confirmed_by=None) for _each in range(2)]
    assert "Ask HR to confirm them" in why_not(round, "collect")
    with pytest.raises(MoveRefused, match="Ask HR to confirm them"):
        services.approve(round, by=cast.manager)
    for request in own:
        services.confirm(request, by=cast.hr)
    assert services.approve(round, by=cast.manager).status == "collecting"


def test_a_round_does_not_close_early_on_invented_answers(cast, round):
    """cases G18: the answers would go, and nothing could be shown."""
    third = make_request(round, make_user(), "data_scientist")
    answer(round.real, *round.own)
    make_request(round, make_user(), "data_scientist")
    answer(third)
    with pytest.raises(MoveRefused, match="Too few"):
        services.release_round(round, by=cast.hr)


@pytest.mark.parametrize("who", ["hr", "manager", "subject"])
def test_the_page_says_so_and_hr_has_a_button(cast, as_, round, who):
    """cases G18: in plain words on the page of the round."""
    page = as_(cast[who]).get(round.get_absolute_url()).content.decode()
    assert "2 outsiders are not confirmed yet." in page
    assert page.count("not confirmed yet") == 3  # above the list and beside both names
    assert (reverse("feedback:confirm", args=[round.own[0].pk]) in page) is (who == "hr")
    results = as_(cast[who]).get(reverse("feedback:results", args=[round.pk])).content.decode()
    assert "count towards the thresholds once HR, or a colleague" in results


@pytest.mark.parametrize("who", ["manager", "subject"])
def test_the_list_of_rounds_says_so(cast, as_, round, who):
    """cases G18"""
    assert "2 outsiders are not confirmed yet." in as_(cast[who]).get("/feedback/").content.decode()


def test_the_results_say_whose_answers_did_not_count(cast, as_, round):
    """cases G18: after the release; answered or not, so that nobody learns who has answered."""
    answer(round.real)
    services.release_round(round)
    page = as_(cast.manager).get(reverse("feedback:results", args=[round.pk])).content.decode()
    assert "2 outsiders were not confirmed." in page


@pytest.mark.parametrize("place", ["board", ""])
def test_hr_confirms_from_the_board_and_from_the_round(cast, as_, round, place):
    """cases G18: and comes back to where they were."""
    client, url = as_(cast.hr), reverse("feedback:confirm", args=[round.own[0].pk])
    assert url in client.get(reverse("feedback:board")).content.decode()
    answered = client.post(f"{url}?q=Friend", {"from": place})
    assert answered.url == ("/feedback/board/?q=Friend" if place else round.get_absolute_url())
    assert FeedbackRequest.objects.get(pk=round.own[0].pk).confirmed_by == cast.hr
    assert client.post(url).status_code == 302  # twice is once
    assert "1 outsider is not confirmed yet." in client.get(round.get_absolute_url()).content.decode()


def test_a_closed_round_confirms_nobody_any_more(cast, as_, round):
    """cases G18: what is shown was cut once."""
    services.release_round(round)
    with pytest.raises(MoveRefused, match="has been closed"):
        services.confirm(round.own[0], by=cast.hr)


# --- a colleague confirms ---------------------------------------------------------------------------------------------
@pytest.fixture
def parties(cast, round):
    """People a manager could turn to: those who depend on somebody involved, read the result, or take part in it."""
    low = make_user("Lena Low", manager=cast.peer)
    stand_in = make_user("Stan Dinn")
    cast.manager.delegations.create(
        stand_in=stand_in, starts_on=round.closes_on + timedelta(60), ends_on=round.closes_on + timedelta(70)
    )
    giver = make_user("Gita Giver")
    make_request(round, giver, "stakeholder")
    return {
        "the manager": cast.manager,
        "the subject": cast.subject,
        "a direct report who answers": cast.peer,
        "a direct report": make_user("Dora Direct", manager=cast.manager),
        "a report's report": low,
        "a report of the subject": make_user("Sue Below", manager=cast.subject),
        "the manager's manager": cast.head,
        "a stand-in, later": stand_in,
        "a giver of this round": giver,
        "somebody who left": make_user("Gunnar Gone", is_active=False),
    }


def test_a_manager_cannot_have_their_own_people_confirm(cast, round, parties, as_):
    """cases G18: the attack of a manager who asks a report; every party is refused, by action and page alike."""
    url = reverse("feedback:ask_to_confirm", args=[round.own[0].pk])
    for who, person in parties.items():
        with pytest.raises(MoveRefused, match="can't confirm this person"):
            services.ask_to_confirm(round.own[0], person, by=cast.manager)
        assert as_(cast.manager).post(url, {"colleague": person.email}).status_code == 400, who
    assert FeedbackRequest.objects.get(pk=round.own[0].pk).confirmer is None


def test_a_colleague_who_is_no_party_confirms(cast, round, as_, mail_texts):
    """cases G18: by mail, task and page, which shows nothing of the round; then the answers count."""
    answer(round.real, *round.own)
    for request in round.own:
        url = reverse("feedback:ask_to_confirm", args=[request.pk])
        assert as_(cast.manager).post(url, {"colleague": cast.stranger.email}).url == round.get_absolute_url()
        vouch = reverse("feedback:vouch", args=[request.pk])
        send_owed()
        assert vouch in mail.outbox[-1].body
        assert cast.subject.name not in mail.outbox[-1].body
        client = as_(cast.stranger)
        assert vouch in client.get("/").content.decode()
        assert vouch in client.get("/feedback/").content.decode()
        page = client.get(vouch).content.decode()
        assert request.email in page
        assert cast.subject.name not in page
        assert client.post(vouch, {"confirm": 1}).url == reverse("feedback:list")
        assert client.get(vouch).status_code == 404  # settled
    assert n_shown(cast.manager, services.release_round(round)) == {3}


def test_only_the_colleague_who_was_asked_confirms(cast, round, as_):
    """cases G18: nobody volunteers, and neither does the one asked before."""
    other = make_user("Otto Other")
    vouch = reverse("feedback:vouch", args=[round.own[0].pk])
    services.ask_to_confirm(round.own[0], cast.stranger, by=cast.hr)
    services.ask_to_confirm(round.own[0], other, by=cast.hr)
    for person in (cast.stranger, cast.manager, cast.subject, cast.hr, cast.it):
        assert as_(person).post(vouch, {"confirm": 1}).status_code == 404
    with pytest.raises(PermissionDenied):
        services.confirm(round.own[0], by=cast.stranger)
    assert services.confirm(round.own[0], by=other).confirmed_by == other


def test_whoever_became_a_party_meanwhile_confirms_no_more(cast, round, as_):
    """cases G18: relations are read when it is confirmed, not when it is asked."""
    services.ask_to_confirm(round.own[0], cast.stranger, by=cast.manager)
    User.objects.filter(pk=cast.stranger.pk).update(manager=cast.manager)
    vouch = reverse("feedback:vouch", args=[round.own[0].pk])
    assert as_(cast.stranger).post(vouch, {"confirm": 1}).status_code == 404
    with pytest.raises(PermissionDenied):
        services.confirm(round.own[0], by=cast.stranger)


def test_a_colleague_may_say_no(cast, round, as_):
    """cases G18: the outsider stays unconfirmed, and somebody else can be asked."""
    services.ask_to_confirm(round.own[0], cast.stranger, by=cast.manager)
    as_(cast.stranger).post(reverse("feedback:vouch", args=[round.own[0].pk]), {"unknown": 1})
    request = FeedbackRequest.objects.get(pk=round.own[0].pk)
    assert (request.is_unconfirmed, request.confirmer) == (True, None)


@pytest.mark.parametrize("who", ["subject", "peer", "stranger", "head"])
def test_only_who_leads_or_hr_asks_a_colleague(cast, round, as_, who):
    """cases G18"""
    url = reverse("feedback:ask_to_confirm", args=[round.own[0].pk])
    assert as_(cast[who]).post(url, {"colleague": cast.it.email}).status_code == 404


@pytest.mark.parametrize("whom", ["ticked", "all"])
def test_hr_confirms_many_at_once_after_a_look_at_the_names(cast, round, as_, whom):
    """cases G18: select, preview with names and addresses, do; colleagues among those ticked are left out."""
    client, url = as_(cast.hr), reverse("feedback:board")
    ticked = [each.pk for each in (*round.own, round.real)]
    page = client.post(url, {"action": "confirm", "whom": whom, "request": ticked})
    assert [row.pk for row in page.context["rows"]] == [each.pk for each in round.own]
    text = page.content.decode()
    assert [words for each in OWN for words in each.values() if words not in text] == []
    assert not FeedbackRequest.objects.filter(confirmed_by=cast.hr).exists()
    sent = {"action": "confirm", "whom": "ticked", "names": 1, "request": [row.pk for row in page.context["rows"]]}
    assert client.post(url, sent).status_code == 302
    assert FeedbackRequest.objects.filter(confirmed_by=cast.hr).count() == 2
    assert "None of them needs to be confirmed." in client.post(url, sent).content.decode()


def test_many_are_not_confirmed_by_somebody_who_may_not(cast, round, as_):
    """cases G18: HR who leads the round has no such rows on the board."""
    User.objects.filter(pk=cast.manager.pk).update(is_hr=True)
    leader = User.objects.get(pk=cast.manager.pk)
    sent = {"action": "confirm", "whom": "ticked", "names": 1, "request": [each.pk for each in round.own]}
    assert as_(leader).post(reverse("feedback:board"), sent).status_code == 200
    assert not FeedbackRequest.objects.filter(confirmed_by__isnull=False, giver=None).exists()
