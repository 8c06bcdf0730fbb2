"""People who leave, change and come back, with reviews, feedback and groups open."""

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from feedback import services as feedback
from feedback.access_links import services as links
from feedback.models import FeedbackRequest, FeedbackRound
from feedback.rounds.querysets import answering_day
from foundation.audit.models import Event
from foundation.outbox.models import DigestLine, Message
from foundation.outbox.services import load_mail_texts
from foundation.outbox.tasks import send_owed
from people import leaving, services
from people.importing import plan_import
from people.models import User
from reviews.cycles.services import launch, population
from reviews.models import ActionItem, CalibrationGroup, ManagerDecision, Review
from reviews.review import handovers
from reviews.review.moves import change_manager, move
from reviews.tasks import send_reminders
from tests.factories import make_collecting_round, make_cycle, make_request, make_team, make_user
from tests.opened import opened
from tests.reviews.conftest import fresh


def person(user) -> User:
    return User.objects.select_related("manager", "team").get(pk=user.pk)


def send_all() -> list:
    """Send what is owed; the addresses it went to."""
    load_mail_texts()
    mail.outbox.clear()
    send_owed()
    return sorted(each.to[0] for each in mail.outbox)


@pytest.fixture
def life(cast, catalogue):
    """Marta leads Priya and Jonas, is reviewed by Edda, is asked twice, calibrates, and owns a step of a plan."""
    cycle = make_cycle(cast.hr, min_asked=4)
    reviews = {review.subject_id: review for review in launch(cycle, by=cast.hr)}
    cast.review, cast.own = reviews[cast.subject.pk], reviews[cast.manager.pk]
    cast.successor = make_user("Nina Neu", team=cast.team, manager=cast.head)
    cast.rounds = []
    for _number in range(2):
        colleague = make_user(manager=cast.head)
        round, _asked = make_collecting_round(colleague, ["stakeholder"] * 3)
        cast.rounds.append((round, make_request(round, cast.manager, "stakeholder", invitations=1)))
    cast.group = CalibrationGroup.objects.create(cycle=cycle, name="Serving", facilitator=cast.manager)
    cast.group.members.set([cast.manager, cast.head])
    cast.step = ActionItem.objects.create(
        review=cast.review, owner=cast.manager, action="Pair on alerts", success_sign="Seen", due_on=cycle.period_end
    )
    today = timezone.localdate()
    cast.manager.delegations.create(stand_in=cast.stranger, starts_on=today, ends_on=today)
    return cast


def test_a_manager_leaves_is_replaced_and_comes_back(life, as_, client):
    """cases B1, cases B2, cases B3, cases B5: the whole story, through the pages HR uses."""
    cast, hr = life, as_(life.hr)
    tokens = [links.mint(request)["answer"] for _round, request in cast.rounds]
    assert client.get(reverse("feedback:link", args=[tokens[0]])).status_code == 302  # there is something to lose

    page = hr.get(reverse("people:deactivate", args=[cast.manager.pk])).content.decode()
    listed = ["Reports", "Priya Raman", "Jonas Weber", "Open reviews they write", "Open reviews about them"]
    listed += ["Feedback they are asked for", "Serving", "Pair on alerts", "Sten Fremd for Marta Keller"]
    assert [words for words in listed if words not in page] == []

    answer = hr.post(reverse("people:deactivate", args=[cast.manager.pk]), {"successor": "Neu, Nina"})
    assert answer.status_code == 302
    assert not person(cast.manager).is_active
    assert {person(each).manager for each in (cast.subject, cast.peer)} == {cast.successor}
    review = fresh(cast.review)
    assert (review.manager, review.round.manager) == (cast.successor, cast.successor)
    assert set(cast.group.members.all()) == {cast.successor, cast.head}
    assert CalibrationGroup.objects.get(pk=cast.group.pk).facilitator == cast.successor
    assert ActionItem.objects.get(pk=cast.step.pk).owner == cast.successor
    assert not cast.manager.delegations.exists()
    assert not handovers.undecided().filter(subject__in=[cast.subject, cast.peer]).exists()

    # The successor hears of the reviews and has a Team entry; the leaver gets nothing.
    assert Message.objects.filter(kind="review_handed_over", recipient=cast.successor).count() == 2
    assert as_(cast.successor).get(reverse("reviews:team")).status_code == 200
    assert reverse("reviews:team") in as_(cast.successor).get("/").content.decode()
    sent = send_all()
    assert cast.successor.email in sent
    assert cast.manager.email not in sent
    client.logout()
    assert [client.get(reverse("feedback:link", args=[token])).status_code for token in tokens] == [404, 404]
    assert not FeedbackRequest.objects.open_on(answering_day()).filter(giver=cast.manager).exists()
    rounds = FeedbackRound.objects.filter(pk__in=[round.pk for round, _request in cast.rounds])
    assert [round.progress().asked for round in rounds] == [3, 3]

    # Board and round say so and offer somebody else.
    hr = as_(cast.hr)
    board = hr.get(reverse("feedback:board"), {"state": "left"})
    assert {row.giver for row in board.context["page"]} == {cast.manager}
    assert "Has left" in board.content.decode()
    shown = hr.get(cast.rounds[0][0].get_absolute_url()).content.decode()
    assert "Has left" in shown
    replace = reverse("feedback:replace", args=[cast.rounds[0][1].pk])
    assert replace in shown
    assert hr.post(replace, {"giver": cast.peer.pk, "relation": "stakeholder"}).status_code == 302
    assert FeedbackRequest.objects.get(round=cast.rounds[0][0], giver=cast.peer).status == "asked"

    # And back: by the page, with all that is there, and without rights nobody gave again.
    hr.post(reverse("people:reactivate", args=[cast.manager.pk]))
    assert person(cast.manager).is_active
    assert Message.objects.filter(kind="invitation", recipient=cast.manager).count() == 1
    assert as_(person(cast.manager)).get(cast.own.get_absolute_url()).status_code == 200
    assert FeedbackRequest.objects.open_on(answering_day()).filter(giver=cast.manager).count() == 1
    verbs = Event.objects.filter(target_id=str(cast.manager.pk)).values_list("verb", flat=True)
    assert {"user.deactivate", "user.reactivate"} <= set(verbs)


def test_without_a_successor_the_next_launch_names_the_reason(life):
    """cases B2: "Manager has left" in Out; and the open reviews wait for HR's choice."""
    cast = life
    leaving.deactivate(cast.manager, by=cast.hr)
    cycle = make_cycle(cast.hr)
    out = dict(population(cycle).excluded.values_list("pk", "why_out"))
    assert out[cast.subject.pk] == "manager_left"
    assert set(handovers.undecided_for(cast.hr).values_list("subject", flat=True)) >= {cast.subject.pk, cast.peer.pk}


def test_a_successor_from_below_moves_up_and_nobody_reports_in_a_circle(cast):
    """cases B2."""
    low = make_user("Lena Low", manager=cast.peer)
    leaving.deactivate(cast.manager, by=cast.hr, successor=low)
    assert person(low).manager == cast.head
    assert {person(each).manager for each in (cast.subject, cast.peer)} == {low}


def test_the_subject_who_takes_over_is_evaluated_by_the_manager_above(life):
    """cases B2: nobody evaluates themselves."""
    cast = life
    leaving.deactivate(cast.manager, by=cast.hr, successor=cast.subject)
    assert fresh(cast.review).manager == cast.head
    assert person(cast.subject).manager == cast.head


@pytest.mark.parametrize("role", ["subject", "manager", "peer"])
def test_no_mail_reaches_somebody_who_has_left(life, role):
    """cases B1: also what was owed before they left, of every kind there is."""
    cast = life
    Message.objects.filter(recipient=cast[role]).update(status="queued", sent_at=None)
    services.invite([cast[role]], by=cast.hr)
    assert Message.objects.filter(recipient=cast[role], status="queued").exists()
    leaving.deactivate(cast[role], by=cast.hr)
    send_reminders()
    sent = send_all()
    assert cast[role].email not in sent
    assert sent  # to others
    assert not Message.objects.filter(recipient=cast[role], sent_at__isnull=False).exists()


def test_the_manager_of_a_round_is_not_told_by_the_page_who_answered_before_leaving(life, as_):
    """cases B1: "has left" stands at everybody who left, and a replacement is offered for each."""
    cast = life
    round, request = cast.rounds[0]
    gone = make_user("Gunnar Gone", manager=cast.head)
    make_request(round, gone, "stakeholder", status="answered")
    User.objects.filter(pk__in=[gone.pk, cast.manager.pk]).update(is_active=False)
    rows = as_(cast.head).get(round.get_absolute_url()).context["rows"]
    left = {row["request"].giver_id: row for row in rows if row["has_left"]}
    assert set(left) == {gone.pk, cast.manager.pk}
    assert {row["status"] for row in left.values()} == {"asked"}
    assert len({row["others"] is None for row in left.values()}) == 1
    assert request.has_left is False  # as read before


# --- changes of manager ----------------------------------------------------------------------------------------------
def reported_to(subject, manager) -> bytes:
    return f"email,name,manager_email\n{subject.email},{subject.name},{manager.email}\n".encode()


@pytest.fixture
def moved(life):
    """Priya reports to Nina by an import."""
    services.apply_import(plan_import(reported_to(life.subject, life.successor)), by=life.hr)
    return life


def test_an_import_that_changes_a_manager_asks_and_tells_hr(moved, as_):
    """cases B4: the review stays with Marta until HR has chosen; HR gets a mail with the page where it is asked."""
    cast = moved
    assert fresh(cast.review).manager == cast.manager
    assert list(handovers.undecided_for(cast.hr)) == [cast.review]
    assert [each.recipient for each in Message.objects.filter(kind="manager_changed")] == [cast.hr]
    assert cast.hr.email in send_all()
    assert reverse("reviews:handovers") in as_(cast.hr).get(reverse("reviews:home")).content.decode()
    page = as_(cast.hr).get(reverse("reviews:handovers")).content.decode()
    assert "Nina Neu evaluates and delivers" in page
    assert "Marta Keller evaluates, Nina Neu delivers" in page


@pytest.mark.parametrize("way", ["import", "page"])
def test_hr_is_led_to_the_question_at_once(life, as_, way):
    """cases B4: after an import and after an edit alike."""
    cast, hr = life, as_(life.hr)
    if way == "import":
        from django.core.files.uploadedfile import SimpleUploadedFile

        file = SimpleUploadedFile("people.csv", reported_to(cast.subject, cast.successor))
        token = hr.post(reverse("people:import"), {"file": file}).context["token"]
        answer = hr.post(reverse("people:import_apply"), {"token": token})
    else:
        sent = {"name": cast.subject.name, "email": cast.subject.email, "profession": cast.subject.profession}
        sent |= {"grade": cast.subject.grade_id, "team": cast.team.name, "manager": cast.successor.email}
        sent |= {"joined_on": cast.subject.joined_on}
        url = reverse("people:person", args=[cast.subject.pk])
        answer = hr.post(url, opened(hr, url) | sent)
    assert answer.url == reverse("reviews:handovers")


@pytest.mark.parametrize(
    ("choice", "evaluates", "delivers"),
    [
        ("takes_over", "successor", "successor"),
        ("delivers", "manager", "successor"),
        ("stays", "manager", "manager"),
    ],
)
def test_hr_chooses_who_evaluates_and_who_delivers(moved, as_, choice, evaluates, delivers):
    """cases B4: the choice holds through to delivery and is asked only once."""
    from tests.reviews.conftest import NEXT

    cast, review = moved, moved.review
    as_(cast.hr).post(reverse("reviews:handovers"), {f"review-{review.pk}": choice})
    assert not handovers.undecided_for(cast.hr).exists()
    while fresh(review).status != "manager_evaluation":
        NEXT[fresh(review).status](fresh(review), cast)
    assert fresh(review).manager == cast[evaluates]
    while fresh(review).status != "delivery":
        NEXT[fresh(review).status](fresh(review), cast)
    assert fresh(review).manager == cast[delivers]
    assert fresh(review).round.manager == cast[delivers]


def test_hr_partners_of_the_team_are_told_and_asked_too(life, as_):
    """cases B4: with the number they handle; who handles none of it, and HR in conflict, get no mail."""
    cast = life
    partner, other = make_user("Paula Partner"), make_user("Olaf Other")
    partner.partner_teams.add(cast.team)
    other.partner_teams.add(make_team("Far away"))
    below = make_user("Hugo Below", is_hr=True, manager=cast.subject)  # never acts towards the own manager
    services.apply_import(plan_import(reported_to(cast.subject, cast.successor)), by=cast.hr)
    sent = send_all()
    assert {partner.email, cast.hr.email} <= set(sent)
    assert not {other.email, below.email} & set(sent)
    told = [each for each in mail.outbox if each.subject == "Open reviews after a change of manager"]
    assert {each.to[0] for each in told} == {partner.email, cast.hr.email}
    assert all("Open reviews that still have the former manager: 1." in each.body for each in told)
    as_(partner).post(reverse("reviews:handovers"), {f"review-{cast.review.pk}": "takes_over"})
    assert fresh(cast.review).manager == cast.successor


@pytest.mark.parametrize(("choice", "is_told"), [("takes_over", True), ("delivers", False), ("stays", False)])
def test_former_and_new_manager_hear_who_has_the_review(moved, choice, is_told):
    """cases B4: the former one in the digest, the new one at once, and nobody while nothing changes hands."""
    cast = moved
    handovers.decide(cast.review, choice, by=cast.hr)
    lines = DigestLine.objects.filter(kind="line_review_handed_away", recipient=cast.manager)
    assert lines.exists() is is_told
    assert Message.objects.filter(kind="review_handed_over", recipient=cast.successor).exists() is is_told


def test_two_reviews_of_one_import_are_decided_one_by_one(life, as_):
    """cases B4: per review; what is left blank waits, and home says so until the last is decided."""
    cast = life
    rows = [reported_to(each, cast.successor).decode().splitlines() for each in (cast.subject, cast.peer)]
    content = "\n".join([*rows[0], rows[1][1]]).encode()
    services.apply_import(plan_import(content), by=cast.hr)
    client, url = as_(cast.hr), reverse("reviews:handovers")
    assert {review.subject for review in client.get(url).context["page"]} == {cast.subject, cast.peer}
    assert Message.objects.filter(kind="manager_changed").count() == 1  # one mail for all of it
    client.post(url, {f"review-{cast.review.pk}": "stays"})
    assert [review.subject for review in client.get(url).context["page"]] == [cast.peer]
    assert "1 review waits for a hand-over decision" in client.get("/").content.decode()


def test_another_change_of_manager_asks_again(moved):
    """cases B4."""
    handovers.decide(moved.review, "stays", by=moved.hr)
    services.apply_import(plan_import(reported_to(moved.subject, moved.stranger)), by=moved.hr)
    assert list(handovers.undecided_for(moved.hr)) == [moved.review]


def test_a_choice_for_one_review_is_not_asked_about(life):
    """cases B4, cases B5: HR gave the review to somebody on purpose; they hear of it and find their way."""
    cast = life
    change_manager(cast.review, cast.stranger, by=cast.hr, reason="Knows the work.")
    assert not handovers.undecided_for(cast.hr).exists()
    assert ManagerDecision.objects.get().choice == "stays"
    assert cast.stranger.email in send_all()


@pytest.mark.parametrize("how", ["review", "stand-in"])
def test_a_new_manager_and_a_stand_in_have_a_mail_and_a_team_entry(cast, as_, catalogue, how):
    """cases B5: Sten, who has no reports of his own."""
    from tests.factories import make_review

    entry = f'href="{reverse("reviews:team")}"'
    assert entry not in as_(cast.stranger).get("/").content.decode()
    if how == "review":
        review = make_review(cast.subject, cast.hr)
        change_manager(review, cast.stranger, by=cast.hr, reason="Moved.")
    else:
        today = timezone.localdate()
        sent = {"stand_in": cast.stranger.email, "starts_on": today, "ends_on": today}
        as_(cast.manager).post(reverse("people:delegation_new", args=[cast.manager.pk]), sent)
    assert cast.stranger.email in send_all()
    kind = "review_handed_over" if how == "review" else "stand_in"
    assert Message.objects.filter(kind=kind, recipient=cast.stranger, sent_at__isnull=False).count() == 1
    assert entry in as_(cast.stranger).get("/").content.decode()


# --- a new name or address -------------------------------------------------------------------------------------------
def test_somebody_asked_under_a_new_address_gets_a_new_link_at_once(life, as_, client):
    """cases B6: the old link ends, the new one comes by mail, and the board finds the new name."""
    cast, (_round, request) = life, life.rounds[0]
    old = links.mint(request)["answer"]
    sent = {"name": "Marta Müller", "email": "marta.mueller@example.org", "profession": cast.manager.profession}
    sent |= {"grade": cast.manager.grade_id, "team": cast.team.name, "manager": cast.head.email}
    sent |= {"joined_on": cast.manager.joined_on}
    hr, url = as_(cast.hr), reverse("people:person", args=[cast.manager.pk])
    assert hr.post(url, opened(hr, url) | sent).status_code == 302
    client.logout()
    assert client.get(reverse("feedback:link", args=[old])).status_code == 404
    assert send_all().count("marta.mueller@example.org") >= 2  # one for each of the two rounds
    assert Message.objects.filter(kind="nomination", address="marta.mueller@example.org").count() == 2
    board = as_(cast.hr).get(reverse("feedback:board"), {"q": "Mueller"})
    assert {row.pk for row in board.context["page"]} == {asked.pk for _round, asked in cast.rounds}
    assert not as_(cast.hr).get(reverse("feedback:board"), {"q": "Keller"}).context["page"].object_list


def test_an_import_with_a_new_address_does_the_same(life):
    """cases B6."""
    cast = life
    User.objects.filter(pk=cast.manager.pk).update(employee_id="7")
    content = b"employee_id,email,name\n7,marta.neu@example.org,Marta Keller\n"
    services.apply_import(plan_import(content), by=cast.hr)
    assert Message.objects.filter(kind="nomination", address="marta.neu@example.org").count() == 2


def test_a_move_of_the_review_itself_is_no_mail_about_the_manager(life):
    """Other changes of a person tell nobody about reviews."""
    life.subject.job_title = "Lead"
    services.change_person(life.subject, ["job_title"], by=life.hr)
    assert not Message.objects.filter(kind="manager_changed").exists()
    assert move(fresh(life.review), "skip_self_assessment", by=life.hr, reason="Away").status == "peer_review"
    assert Review.objects.get(pk=life.review.pk).manager == life.manager
    assert feedback.loads_of([life.manager.pk])[life.manager.pk] == 2
