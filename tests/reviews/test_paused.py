"""The subject of an open review leaves: until HR decides, nobody is asked on, and nothing written is lost."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from activity import digest
from activity.models import Event, MorningRun, Notice
from activity.outbox import notice_for, owe
from activity.services import load_mail_texts
from activity.tasks import send_owed
from activity.workflow import MoveRefused, why_not
from feedback import links
from feedback import services as feedback
from feedback.models import Draft, Request, Round
from feedback.tasks import send_reminders as remind_givers
from people import leaving
from people.models import User
from reviews.models import Review
from reviews.services import leavers
from reviews.tasks import close_due_stages, feedback_over, send_reminders
from tests.factories import answers_to, make_request, make_review, make_round
from tests.opened import FormReader
from tests.reviews.conftest import fresh

TEXT = "You paired with us on the release."


def send_all() -> list:
    load_mail_texts()
    mail.outbox.clear()
    send_owed()
    return sorted(each.to[0] for each in mail.outbox)


@pytest.fixture
def asked(cast, catalogue):
    """Priya's review: Jonas and three people from outside are asked, and their invitations wait to be sent."""
    cast.review = make_review(cast.subject, cast.hr, min_asked=4)
    cast.round = cast.review.round
    Notice.objects.all().delete()  # of the launch
    cast.jonas = make_request(cast.round, cast.peer, status="proposed")
    cast.outside = [make_request(cast.round, status="proposed") for _number in range(3)]
    feedback.approve(cast.round, by=cast.manager)
    cast.jonas, *cast.outside = [Request.objects.get(pk=each.pk) for each in (cast.jonas, *cast.outside)]
    cast.givers = sorted([cast.peer.email, *(each.email for each in cast.outside)])
    return cast


def leave(cast, **chosen):
    leaving.deactivate(User.objects.get(pk=cast.subject.pk), by=cast.hr, **chosen)


def write(client, request, text=TEXT):
    return client.post(reverse("feedback:autosave", args=[request.pk]), answers_to(request, text=text) | {"version": 0})


def decide(client, review, choice):
    """What HR chose, and yes to the second question."""
    return client.post(reverse("reviews:leavers"), {f"review-{review.pk}": choice, "confirmed": "1"})


def test_mails_queued_before_are_not_sent(asked):
    """cases B1: invitations written before the subject left; once HR goes on they leave with working links."""
    assert Notice.objects.filter(kind="feedback_request_external", status="queued").count() == 3
    leave(asked)
    assert not set(send_all()) & set(asked.givers)
    leavers.decide(asked.review, "goes_on", by=asked.hr)
    assert set(asked.givers) <= set(send_all())


def test_without_a_leaver_the_same_mails_are_sent(asked):
    """cases B1: there is something to withhold."""
    assert set(asked.givers) <= set(send_all())


def test_no_reminder_about_a_leaver_is_owed_or_sent(asked, wednesday):
    """cases B1: of collaborators and of the manager, also those owed before."""
    Round.objects.filter(pk=asked.round.pk).update(closes_on=timezone.localdate())
    Review.objects.filter(pk=asked.review.pk).update(
        status="manager_evaluation", evaluation_due_on=timezone.localdate()
    )
    reminders = Notice.objects.filter(kind__in=["reminder_on_due", "reminder_before_due", "overdue"])
    about = [str(asked.review.pk), *(str(each.pk) for each in (asked.jonas, *asked.outside))]
    remind_givers()
    send_reminders()
    assert set(reminders.values_list("target_id", flat=True)) >= set(about)
    leave(asked)
    send_all()
    assert not reminders.filter(target_id__in=about, sent_at__isnull=False).exists()
    reminders.delete()
    MorningRun.objects.all().delete()
    remind_givers()
    send_reminders()
    assert not reminders.filter(target_id__in=about).exists()
    assert feedback.nudge([Request.objects.get(pk=asked.jonas.pk)], by=asked.hr) == 0


def test_the_digest_asks_nobody_about_a_leaver(asked, wednesday):
    """cases B1: the list that waited for the manager, and the news of the day."""
    round = make_round(asked.subject, list_sent_on=timezone.localdate())
    owe([notice_for(round, "nomination_approval", to=asked.manager, key="x", employee_name="Priya Raman")])
    leave(asked)
    digest.send_digests()
    send_all()
    assert not Notice.objects.filter(kind="nomination_approval", sent_at__isnull=False).exists()
    assert not [each for each in mail.outbox if "/feedback/" in each.body or "/f/" in each.body]


def test_the_link_says_that_it_is_paused_and_keeps_what_was_typed(asked, client):
    """cases B1: also what is typed in a page that was open, and beyond the last day."""
    request = asked.outside[0]
    token = links.mint(request)["answer"]
    assert client.get(reverse("feedback:link", args=[token])).status_code == 302
    assert write(client, request).status_code == 200
    leave(asked)
    Round.objects.filter(pk=asked.round.pk).update(closes_on=timezone.localdate() - timedelta(3))
    opened = client.get(reverse("feedback:link", args=[token]), follow=True)
    assert opened.status_code == 200
    page = opened.content.decode()
    assert "Feedback about Priya Raman is paused" in page
    assert "What you have written is kept" in page
    for name in ("check", "decline", "code"):
        assert "is paused" in client.get(reverse(f"feedback:{name}", args=[request.pk])).content.decode()
    names = [name for name, text in answers_to(request).items() if TEXT in text]
    later = {"version": 1, names[0]: "Typed when it was paused."}
    assert client.post(reverse("feedback:autosave", args=[request.pk]), later).status_code == 200
    assert client.post(reverse("feedback:check", args=[request.pk]), {"version": 2}).status_code == 200
    assert Request.objects.get(pk=request.pk).status == "asked"
    assert Draft.objects.get(request=request).answers[names[0]] == "Typed when it was paused."


def test_sending_and_declining_are_refused_by_the_deed_too(asked):
    """cases B1: not by the page alone."""
    leave(asked)
    for deed in (feedback.decline, lambda request: feedback.answer(request, answers_to(request))):
        with pytest.raises(MoveRefused, match="paused"):
            deed(asked.outside[0])


@pytest.mark.parametrize("path", ["/", "/feedback/"])
def test_the_home_of_a_collaborator_says_so_and_asks_nothing(asked, as_, path):
    """cases B1: no task, no deadline."""
    link = reverse("feedback:request", args=[asked.jonas.pk])
    before = as_(asked.peer).get(path).content.decode()
    assert link in before
    assert "Paused" not in before
    leave(asked)
    after = as_(asked.peer).get(path).content.decode()
    assert link not in after
    assert "Feedback about Priya Raman" in after
    assert "isn&#x27;t needed at the moment" in after or "isn't needed at the moment" in after


def test_the_manager_has_no_task_about_a_leaver(asked, as_):
    """cases B1."""
    Review.objects.filter(pk=asked.review.pk).update(status="manager_evaluation")
    link = reverse("reviews:evaluation", args=[asked.review.pk])
    assert link in as_(asked.manager).get("/").content.decode()
    leave(asked)
    assert link not in as_(asked.manager).get("/").content.decode()
    page = as_(asked.manager).get(asked.review.get_absolute_url()).content.decode()
    assert "Priya Raman has left. Nobody is asked or reminded" in page
    assert reverse("reviews:leavers") not in page  # HR decides


def test_board_and_round_say_so_and_lead_hr_to_the_decision(asked, as_):
    """cases B1."""
    leave(asked)
    client = as_(asked.hr)
    assert "Paused: subject has left" in client.get(reverse("feedback:board")).content.decode()
    assert reverse("reviews:leavers") in client.get(asked.round.get_absolute_url()).content.decode()
    assert reverse("reviews:leavers") in client.get("/").content.decode()
    for deed in ("send_again", "nudge"):
        sent = {"request": [asked.jonas.pk], "deed": deed, "whom": "ticked"}
        refused = client.post(reverse("feedback:board"), sent)
        assert refused.status_code == 200  # with the reason; nothing was done
    assert Request.objects.get(pk=asked.jonas.pk).invitations == 1


def test_a_list_of_a_leaver_is_not_approved(cast, catalogue):
    """cases B1: that would ask everybody on it."""
    review = make_review(cast.subject, cast.hr)
    for giver in (cast.peer, cast.stranger, cast.head, cast.auditor):
        make_request(review.round, giver, "stakeholder", status="proposed")
    leave(cast)
    with pytest.raises(MoveRefused, match="Feedback is paused until HR decides"):
        feedback.approve(Round.objects.get(pk=review.round_id), by=cast.manager)
    assert not Request.objects.filter(status="asked").exists()


def test_the_clock_does_not_close_what_is_paused(asked, as_):
    """cases B1: a release would delete drafts before HR has decided; nor does the manager."""
    write(as_(asked.peer), asked.jonas)
    Review.objects.filter(pk=asked.review.pk).update(status="peer_review")
    Round.objects.filter(pk=asked.round.pk).update(closes_on=timezone.localdate() - timedelta(3))
    assert feedback_over().exists()
    leave(asked)
    assert close_due_stages() == 0
    assert not Round.objects.ripe().exists()
    assert "HR decides first" in str(why_not(fresh(asked.review), "close_peer_review"))
    assert Draft.objects.filter(request=asked.jonas).exists()


@pytest.mark.parametrize(("choice", "status"), [("goes_on", "self_assessment"), ("cancel", "cancelled")])
def test_hr_decides_on_the_page_of_leaving(asked, as_, choice, status):
    """cases B1: per open review, with the leaving itself; nobody is on hold in between."""
    client, url = as_(asked.hr), reverse("people:deactivate", args=[asked.subject.pk])
    name = f"choice-{asked.review.pk}"
    page = client.get(url).content.decode()
    assert f'name="{name}"' in page
    assert "The review goes on without them" in page
    assert client.post(url, {"successor": "", name: choice}).status_code == 302
    assert not User.objects.get(pk=asked.subject.pk).is_active
    assert fresh(asked.review).status == status
    assert not Review.objects.paused().exists()
    assert bool(set(asked.givers) & set(send_all())) is (choice == "goes_on")
    assert Request.objects.get(pk=asked.jonas.pk).invitations == 1


def test_a_choice_nobody_offered_is_not_found(asked, as_):
    """cases B1: and nothing has happened."""
    client, url = as_(asked.hr), reverse("people:deactivate", args=[asked.subject.pk])
    for name, choice in ((f"choice-{asked.review.pk}", "delete"), ("choice-x", "cancel")):
        assert client.post(url, {"successor": "", name: choice}).status_code == 404
    assert User.objects.get(pk=asked.subject.pk).is_active


def test_hr_decides_later_on_a_page_of_its_own(asked, as_):
    """cases B1: going on asks again whoever was on hold, and brings back task and link."""
    leave(asked)
    client = as_(asked.hr)
    assert "Priya Raman" in client.get(reverse("reviews:leavers")).content.decode()
    assert decide(client, asked.review, "goes_on").status_code == 302
    assert "Nothing to decide" in client.get(reverse("reviews:leavers")).content.decode()
    assert set(asked.givers) <= set(send_all())
    assert reverse("feedback:request", args=[asked.jonas.pk]) in as_(asked.peer).get("/").content.decode()
    assert Event.objects.filter(verb="review.goes_on_without_subject", actor=asked.hr).count() == 1
    assert decide(as_(asked.hr), asked.review, "goes_on").status_code == 404  # decided


def test_cancelling_on_that_page_is_asked_about_once_more(asked, as_):
    """cases B1, cases H10: by the page of every other irreversible step; until then nothing is cancelled."""
    leave(asked)
    client, url = as_(asked.hr), reverse("reviews:leavers")
    asking = client.post(url, {f"review-{asked.review.pk}": "cancel"})
    page = asking.content.decode()
    assert fresh(asked.review).status == "self_assessment"
    assert "Cancel 1 review" in page and "btn-danger" in page and "Priya Raman" in page
    assert "This can&#x27;t be undone" in page
    [form] = [each for each in FormReader(page).forms if "confirmed" in each]
    assert client.post(url, form).status_code == 302
    assert fresh(asked.review).status == "cancelled"


def test_going_on_is_not_asked_about(asked, as_):
    """cases B1: it can be undone."""
    leave(asked)
    assert as_(asked.hr).post(reverse("reviews:leavers"), {f"review-{asked.review.pk}": "goes_on"}).status_code == 302
    assert not Review.objects.paused().exists()


def test_cancelling_ends_the_link(asked, as_, client):
    """cases B1."""
    token = links.mint(asked.outside[0])["answer"]
    leave(asked)
    decide(as_(asked.hr), asked.review, "cancel")
    client.logout()
    assert client.get(reverse("feedback:link", args=[token])).status_code == 404


@pytest.mark.parametrize("who", ["manager", "head", "stranger", "it"])
def test_nobody_but_hr_decides(asked, as_, who):
    """cases B1."""
    leave(asked)
    assert decide(as_(asked[who]), asked.review, "cancel").status_code == 404
    assert fresh(asked.review).status == "self_assessment"


def test_whoever_comes_back_finds_their_feedback_going_on(asked, as_):
    """cases B1, cases B3: invited again; a decision of the first leaving does not hold for a second one."""
    leave(asked)
    leaving.reactivate([asked.subject], by=asked.hr)
    assert set(asked.givers) <= set(send_all())
    leave(asked)
    leavers.decide(asked.review, "goes_on", by=asked.hr)
    leaving.reactivate([asked.subject], by=asked.hr)
    leave(asked)
    assert Review.objects.paused().exists()
    assert Round.objects.paused().exists()
