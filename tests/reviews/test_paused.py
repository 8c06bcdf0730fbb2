"""The subject of an open review leaves: until HR decides, nobody is asked on, and nothing written is lost."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from feedback import services as feedback
from feedback.access_links import services as links
from feedback.models import Draft, FeedbackRequest, FeedbackRound
from feedback.tasks import send_reminders as remind_givers
from foundation.audit.models import Event
from foundation.outbox import digest
from foundation.outbox.messages import enqueue, message_for
from foundation.outbox.models import DigestLine, Message, MorningRun
from foundation.outbox.services import load_mail_texts
from foundation.outbox.tasks import send_owed
from foundation.ui.drafts import DraftText
from foundation.workflow.moves import MoveRefused, perform, transitions_of, why_not
from people import leaving
from people.models import User
from questionnaires import drafts
from reviews.cycles import bulk
from reviews.cycles.services import launch
from reviews.evaluation.drafts import ReviewDraft
from reviews.models import CalibrationGroup, PrivateNote, Review
from reviews.review import leavers
from reviews.review.meetings import set_meeting
from reviews.tasks import close_due_stages, feedback_over, send_reminders
from tests.factories import answers_to, make_cycle, make_goal, make_request, make_review, make_round
from tests.opened import FormReader, as_sent, opened
from tests.reviews import steps
from tests.reviews.conftest import end_feedback, fresh, send_evaluation, send_self

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
    Message.objects.all().delete()  # of the launch
    cast.jonas = make_request(cast.round, cast.peer, status="proposed")
    cast.outside = [make_request(cast.round, status="proposed") for _number in range(3)]
    feedback.approve(cast.round, by=cast.manager)
    cast.jonas, *cast.outside = [FeedbackRequest.objects.get(pk=each.pk) for each in (cast.jonas, *cast.outside)]
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
    assert Message.objects.filter(kind="feedback_request_external", status="queued").count() == 3
    leave(asked)
    assert not set(send_all()) & set(asked.givers)
    leavers.decide(asked.review, "goes_on", by=asked.hr)
    assert set(asked.givers) <= set(send_all())


def test_without_a_leaver_the_same_mails_are_sent(asked):
    """cases B1: there is something to withhold."""
    assert set(asked.givers) <= set(send_all())


def test_no_reminder_about_a_leaver_is_owed_or_sent(asked, wednesday):
    """cases B1: of collaborators and of the manager, also those owed before."""
    FeedbackRound.objects.filter(pk=asked.round.pk).update(closes_on=timezone.localdate())
    Review.objects.filter(pk=asked.review.pk).update(
        status="manager_evaluation", evaluation_due_on=timezone.localdate()
    )
    reminders = Message.objects.filter(kind__in=["reminder_on_due", "reminder_before_due", "overdue"])
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
    assert feedback.nudge([FeedbackRequest.objects.get(pk=asked.jonas.pk)], by=asked.hr) == 0


def test_the_digest_asks_nobody_about_a_leaver(asked, wednesday):
    """cases B1: the list that waited for the manager, and the news of the day."""
    round = make_round(asked.subject, list_sent_on=timezone.localdate())
    enqueue([message_for(round, "nomination_approval", to=asked.manager, key="x", employee_name="Priya Raman")])
    leave(asked)
    digest.send_digests()
    send_all()
    assert not Message.objects.filter(kind="nomination_approval", sent_at__isnull=False).exists()
    assert not [each for each in mail.outbox if "/feedback/" in each.body or "/f/" in each.body]


def test_the_link_says_that_it_is_paused_and_keeps_what_was_typed(asked, client):
    """cases B1: also what is typed in a page that was open, and beyond the last day."""
    request = asked.outside[0]
    token = links.mint(request)["answer"]
    assert client.get(reverse("feedback:link", args=[token])).status_code == 302
    assert write(client, request).status_code == 200
    leave(asked)
    FeedbackRound.objects.filter(pk=asked.round.pk).update(closes_on=timezone.localdate() - timedelta(3))
    opened = client.get(reverse("feedback:link", args=[token]), follow=True)
    assert opened.status_code == 200
    page = opened.content.decode()
    assert "Feedback about Priya Raman is paused" in page
    assert "Your draft is kept" in page
    for name in ("check", "decline", "code"):
        assert "is paused" in client.get(reverse(f"feedback:{name}", args=[request.pk])).content.decode()
    names = [name for name, text in answers_to(request).items() if TEXT in text]
    later = {"version": 1, names[0]: "Typed when it was paused."}
    assert client.post(reverse("feedback:autosave", args=[request.pk]), later).status_code == 200
    assert client.post(reverse("feedback:check", args=[request.pk]), {"version": 2}).status_code == 200
    assert FeedbackRequest.objects.get(pk=request.pk).status == "asked"
    assert Draft.objects.get(request=request).answers[names[0]] == "Typed when it was paused."


def test_sending_and_declining_are_refused_by_the_action_too(asked):
    """cases B1: not by the page alone."""
    leave(asked)
    for action in (feedback.decline, lambda request: feedback.answer(request, answers_to(request))):
        with pytest.raises(MoveRefused, match="paused"):
            action(asked.outside[0])


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
    assert "Priya Raman has left. No one is asked or reminded" in page
    assert reverse("reviews:leavers") not in page  # HR decides


def test_board_and_round_say_so_and_lead_hr_to_the_decision(asked, as_):
    """cases B1."""
    leave(asked)
    client = as_(asked.hr)
    assert "Paused: subject has left" in client.get(reverse("feedback:board")).content.decode()
    assert reverse("reviews:leavers") in client.get(asked.round.get_absolute_url()).content.decode()
    assert reverse("reviews:leavers") in client.get("/").content.decode()
    for action in ("send_again", "nudge"):
        sent = {"request": [asked.jonas.pk], "action": action, "whom": "ticked"}
        refused = client.post(reverse("feedback:board"), sent)
        assert refused.status_code == 200  # with the reason; nothing was done
    assert FeedbackRequest.objects.get(pk=asked.jonas.pk).invitations == 1


def test_a_list_of_a_leaver_is_not_approved(cast, catalogue):
    """cases B1: that would ask everybody on it."""
    review = make_review(cast.subject, cast.hr)
    for giver in (cast.peer, cast.stranger, cast.head, cast.auditor):
        make_request(review.round, giver, "stakeholder", status="proposed")
    leave(cast)
    with pytest.raises(MoveRefused, match="Feedback is paused until HR decides"):
        feedback.approve(FeedbackRound.objects.get(pk=review.round_id), by=cast.manager)
    assert not FeedbackRequest.objects.filter(status="asked").exists()


def test_the_clock_does_not_close_what_is_paused(asked, as_):
    """cases B1: a release would delete drafts before HR has decided; nor does the manager."""
    write(as_(asked.peer), asked.jonas)
    Review.objects.filter(pk=asked.review.pk).update(status="peer_review")
    FeedbackRound.objects.filter(pk=asked.round.pk).update(closes_on=timezone.localdate() - timedelta(3))
    assert feedback_over().exists()
    leave(asked)
    assert close_due_stages() == 0
    assert not FeedbackRound.objects.ripe().exists()
    assert "HR decides first" in str(why_not(fresh(asked.review), "close_peer_review"))
    assert Draft.objects.filter(request=asked.jonas).exists()


@pytest.mark.parametrize(("choice", "status"), [("goes_on", "self_assessment"), ("cancel", "cancelled")])
def test_hr_decides_on_the_page_of_leaving(asked, as_, choice, status):
    """cases B1: per open review, with the leaving itself; nobody is on hold in between."""
    client, url = as_(asked.hr), reverse("people:deactivate", args=[asked.subject.pk])
    name = f"choice-{asked.review.pk}"
    page = client.get(url).content.decode()
    assert f'name="{name}"' in page
    assert "Continue the review without them" in page
    assert client.post(url, {"successor": "", name: choice}).status_code == 302
    assert not User.objects.get(pk=asked.subject.pk).is_active
    assert fresh(asked.review).status == status
    assert not Review.objects.paused().exists()
    assert bool(set(asked.givers) & set(send_all())) is (choice == "goes_on")
    assert FeedbackRequest.objects.get(pk=asked.jonas.pk).invitations == 1


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


def test_cancelling_on_that_page_is_asked_about_once_more(asked, as_):
    """cases B1, cases H10: by the page of every other irreversible step; until then nothing is cancelled."""
    leave(asked)
    client, url = as_(asked.hr), reverse("reviews:leavers")
    asking = client.post(url, {f"review-{asked.review.pk}": "cancel"})
    page = asking.content.decode()
    assert fresh(asked.review).status == "self_assessment"
    for words in ("Cancel 1 review", "btn-danger", "Priya Raman", "This can&#x27;t be undone"):
        assert words in page
    [form] = [each for each in FormReader(page).forms if "confirmed" in each]
    assert client.post(url, form).status_code == 302
    assert fresh(asked.review).status == "cancelled"


def test_a_page_left_open_is_told_what_was_decided_meanwhile(asked, as_):
    """cases B1: in a second tab, or by a second click; what else was chosen there is done."""
    other = asked.review.cycle.reviews.filter(manager=asked.manager).exclude(pk=asked.review.pk).first()
    leave(asked)
    leaving.deactivate(other.subject, by=asked.hr)
    client, url = as_(asked.hr), reverse("reviews:leavers")
    assert decide(client, asked.review, "cancel").status_code == 302
    both = {f"review-{asked.review.pk}": "goes_on", f"review-{other.pk}": "goes_on"}
    page = client.post(url, both, follow=True).content.decode()
    assert "Priya Raman: already decided." in page
    assert "Decision saved for 1 review." in page
    assert fresh(asked.review).status == "cancelled"
    assert fresh(other).goes_on_without_subject_at is not None


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
    assert FeedbackRound.objects.paused().exists()


# --- a paused review is only read ----------------------------------------------------------------------------------
PAUSED = "Priya Raman has left. HR decides first whether the review goes on."
DESKS = [("manager_evaluation", "evaluation"), ("manager_evaluation", "overall"), ("delivery", "summary")]
MOVES = {each.name for each in Review._meta.get_field("status").get_all_transitions(Review)}
AFTERWARDS = {"acknowledge", "record_refusal", "reopen"}  # of delivered reviews, which are not paused


def leave_in(cast, at, status):
    """The review in `status` when its subject leaves."""
    review = at(status)
    leave(cast)
    return fresh(review)


def goes_on(cast, review):
    leavers.decide(review, "goes_on", by=cast.hr)


def written(review, name):
    part = review.summary if name == "summary" else review.evaluation
    return part.answers


def text_field(client, url):
    """The name of a text on this page, of no code and no goal."""
    fields = client.get(url).context["form"].fields.items()
    return next(name for name, field in fields if isinstance(field, DraftText) and "-" not in name)


@pytest.mark.parametrize(("status", "name"), DESKS)
def test_what_the_manager_writes_is_not_taken_and_not_lost(cast, as_, at, status, name):
    """cases B1: the draft stays, what is typed stays in the page, and goes on once HR says so."""
    review, client = at(status), as_(cast.manager)
    url = reverse(f"reviews:{name}", args=[review.pk])
    field = text_field(client, url)
    page = as_sent(client.get(url), field)
    assert client.post(url, page | {field: "Kept."}, headers={"X-Autosave": "1"}).status_code == 200
    page = as_sent(client.get(url), field)
    leave(cast)
    later = page | {field: "Typed when it was paused."}
    assert client.post(url, later, headers={"X-Autosave": "1"}).status_code == 410
    for button in ({}, {"send": "1"}):
        answer = client.post(url, later | button)
        assert answer.status_code == 400
        page = answer.content.decode()
        assert PAUSED in page
        assert "Typed when it was paused." in page
    assert written(fresh(review), name)[field] == "Kept."
    assert fresh(review).status == status
    away = client.get(url, follow=True)
    assert away.redirect_chain == [(review.get_absolute_url(), 302)]
    assert PAUSED in away.content.decode()
    assert url not in away.content.decode()
    goes_on(cast, review)
    assert client.post(url, as_sent(client.get(url), field) | {field: "On it goes."}).status_code == 302
    assert written(fresh(review), name)[field] == "On it goes."


def test_saving_is_refused_by_the_action_too(cast, at):
    """cases B1: not by the page alone."""
    review = leave_in(cast, at, "delivery")
    with pytest.raises(MoveRefused, match="HR decides first"):
        drafts.save(ReviewDraft(review.summary, {}), {"overall_statement": TEXT}, version=0)
    with pytest.raises(MoveRefused, match="HR decides first"):
        set_meeting(review, timezone.localdate(), by=cast.manager)
    assert fresh(review).conversation_on is None


@pytest.mark.parametrize("status", ["self_assessment", "peer_review", "manager_evaluation", "delivery"])
def test_no_step_is_open_but_hr_s_decision(cast, at, status):
    """cases B1: neither for the manager nor for HR; once it goes on they are."""
    review = leave_in(cast, at, status)
    tried = {verb for verb in MOVES - AFTERWARDS - {"cancel"} if transitions_of(review, verb)}
    assert tried
    for verb in tried:
        assert "HR decides first" in str(why_not(review, verb)), verb
    assert not why_not(review, "cancel")
    goes_on(cast, review)
    assert not [verb for verb in tried if "HR decides first" in str(why_not(fresh(review), verb))]


def test_plan_and_meeting_date_stay_as_they_are(cast, as_, at):
    """cases B1: new, changed and moved items; what was typed stays in the page."""
    review, client = at("delivery"), as_(cast.manager)
    new = reverse("reviews:action_new", args=[review.pk])
    client.post(new, opened(client, new) | steps.action_data(review))
    item = review.actions.get()
    edit = reverse("reviews:action_edit", args=[review.pk, item.pk])
    step = reverse("reviews:action_step", args=[item.pk, "start"])
    meeting = reverse("reviews:meeting", args=[review.pk])
    page = client.get(review.get_absolute_url()).content.decode()
    assert all(url in page for url in (new, edit, step, meeting))
    hidden = opened(client, edit)
    leave(cast)
    for url in (new, edit):
        changed = steps.action_data(review) | {"action": "Typed when it was paused"}
        answer = client.post(url, hidden | changed)
        assert answer.status_code == 400
        assert PAUSED in answer.content.decode()
        assert "Typed when it was paused" in answer.content.decode()
        assert PAUSED in client.get(url, follow=True).content.decode()
    answer = client.post(meeting, {"conversation_on": "2027-02-03"})
    assert answer.status_code == 400
    assert PAUSED in answer.content.decode()
    assert PAUSED in client.post(step, follow=True).content.decode()
    assert [(each.action, each.status) for each in review.actions.all()] == [("Own the alert review", "open")]
    assert fresh(review).conversation_on is None
    page = client.get(review.get_absolute_url()).content.decode()
    assert not [url for url in (new, edit, step, meeting) if url in page]


def test_a_private_note_may_still_be_written(cast, as_, at):
    """cases B1: it is nobody else's, and no part of the review."""
    review, client = leave_in(cast, at, "manager_evaluation"), as_(cast.manager)
    note = opened(client, review.get_absolute_url()) | {"text": "For the handover."}
    assert client.post(reverse("reviews:private_note", args=[review.pk]), note).status_code == 302
    assert PrivateNote.objects.get(review=review).text == "For the handover."


def test_results_are_not_calibrated_and_the_group_waits(cast, as_, catalogue):
    """cases B1: locked, it could not calibrate the review once it goes on."""
    cycle = make_cycle(cast.hr)
    cycle.stages.filter(key="calibration").update(is_enabled=True)
    review = next(each for each in launch(cycle, by=cast.hr) if each.subject == cast.subject)
    send_self(fresh(review), cast)
    end_feedback(fresh(review), cast)
    send_evaluation(fresh(review), cast)
    group = CalibrationGroup.objects.create(cycle=review.cycle, name="Serving", facilitator=cast.hr)
    group.reviews.add(review)
    change = reverse("reviews:group_change", args=[group.pk, review.pk])
    client = as_(cast.hr)
    assert client.get(change).status_code == 200
    leave(cast)
    for verb in ("calibrate", "return_evaluation"):
        assert "HR decides first" in str(why_not(fresh(review), verb))
    assert client.get(change).status_code == 404
    page = client.post(reverse("reviews:group_lock", args=[group.pk]), follow=True).content.decode()
    assert "Priya Raman: has left. HR decides first" in page
    assert change not in page
    assert CalibrationGroup.objects.get().status == "open"
    goes_on(cast, fresh(review))
    perform(group, "lock", by=cast.hr)
    assert fresh(review).status == "delivery"


def test_hr_reminds_nobody_of_a_paused_review(cast, at):
    """cases B1: the selection names it with the reason."""
    review = at("manager_evaluation")
    assert not bulk.REMIND.refusal(review)
    leave(cast)
    assert bulk.REMIND.refusal(fresh(review)) == PAUSED


@pytest.mark.parametrize("action", ["propose", "return_list", "remove"])
def test_a_manager_leaves_the_list_of_a_leaver_alone(cast, catalogue, action):
    """cases B1: HR may still take people off it."""
    round = make_review(cast.subject, cast.hr).round
    FeedbackRound.objects.filter(pk=round.pk).update(list_sent_on=timezone.localdate())
    request = make_request(round, cast.peer, status="proposed")
    leave(cast)
    actions = {
        "propose": lambda: feedback.propose(round, by=cast.manager, giver=cast.stranger, relation="stakeholder"),
        "return_list": lambda: feedback.return_list(round, by=cast.manager, note="Look again."),
        "remove": lambda: feedback.remove(request, by=cast.manager, reason="Hardly worked together."),
    }
    with pytest.raises(MoveRefused, match="paused"):
        actions[action]()
    assert FeedbackRequest.objects.get().status == "proposed"
    feedback.remove(FeedbackRequest.objects.get(), by=cast.hr, reason="Hardly worked together.")


# --- no digest speaks of it ----------------------------------------------------------------------------------------
LINES = [
    "line_self_assessment_submitted",
    "line_deadline_moved",
    "line_review_reopened",
    "line_review_handed_away",
]


def digest_of(person) -> str:
    load_mail_texts()
    MorningRun.objects.all().delete()
    mail.outbox.clear()
    digest.send_digests()
    send_owed()
    return "".join(each.body for each in mail.outbox if each.to == [person.email] and "summary" in each.subject)


@pytest.mark.parametrize("kind", LINES)
@pytest.mark.parametrize("is_paused", [False, True])
def test_no_line_is_about_a_paused_review(cast, at, wednesday, kind, is_paused):
    """cases B1: what waited for the morning when the subject left is not sent."""
    review = at("manager_evaluation")
    DigestLine.objects.all().delete()
    names = {"employee_name": "Priya Raman", "cycle_name": "C", "manager_name": "M", "stage_title": "S"}
    digest.tell([digest.line_for(review, kind, to=cast.manager, key="x", **names)])
    if is_paused:
        leave(cast)
    assert bool(digest_of(cast.manager)) is not is_paused


@pytest.mark.parametrize("has_left", [False, True])
def test_no_line_is_about_a_goal_of_a_leaver(cast, wednesday, has_left):
    """cases B1."""
    DigestLine.objects.all().delete()
    perform(make_goal(owner=cast.subject), "propose", by=cast.subject)
    assert DigestLine.objects.filter(kind="line_goal_proposed", recipient=cast.manager).exists()
    if has_left:
        leave(cast)
    assert bool(digest_of(cast.manager)) is not has_left


@pytest.mark.parametrize("has_left", [False, True])
def test_no_mail_is_about_the_plan_of_a_leaver(cast, at, wednesday, has_left):
    """cases B1: neither the proposal to drop an item nor the reminder of one that the manager does."""
    review = at("delivered")
    item = review.actions.get()
    perform(item, "propose_drop", by=cast.subject, reason="Done by others.")
    values = {"owner": cast.manager, "action": "Talk to product", "success_sign": "A date"}
    review.actions.create(due_on=timezone.localdate(), **values)
    if has_left:
        leave(cast)
    send_reminders()
    sent = Message.objects.filter(kind="action_item_due")
    assert sent.exists() is not has_left
    assert bool("drop" in digest_of(cast.manager)) is not has_left


def test_a_reminder_of_such_an_item_that_was_owed_before_is_not_sent(cast, at, wednesday):
    """cases B1."""
    values = {"owner": cast.manager, "action": "Talk to product", "success_sign": "A date"}
    at("delivered").actions.create(due_on=timezone.localdate(), **values)
    send_reminders()
    assert Message.objects.filter(kind="action_item_due").exists()
    leave(cast)
    send_all()
    assert not Message.objects.filter(kind="action_item_due", sent_at__isnull=False).exists()
