"""A sentence planted in every private field is found by those who may read it, and nowhere else.

Each role opens every page it can reach by links, and every address of the review whether linked or not; PDFs, the zip
and the CSV are read as text. Mails, events, messages, jobs, addresses and the log hold none of the sentences at all.
"""

import json
import re
import subprocess
import zipfile
from html import unescape
from io import BytesIO

import pytest
from django.core import mail
from django.urls import reverse

from feedback import services as feedback
from feedback.models import Answer, Draft, FeedbackRequest, Praise
from foundation.audit.models import Event
from foundation.outbox.models import Job, Message
from foundation.outbox.services import load_mail_texts
from foundation.outbox.tasks import send_owed
from foundation.workflow.moves import perform
from goals.services import load_starter_goals
from reviews.calibration import services as calibration
from reviews.documents import exports
from reviews.evaluation import services as writing
from reviews.evaluation.material import Material
from reviews.models import ActionItem, PrivateNote, Rebuttal, Review
from reviews.review.moves import move
from tests.factories import answers_to, make_evidence, make_goal, save_draft
from tests.reviews import steps
from tests.reviews.conftest import fresh, save
from tests.world import rows_of, surrounded

ROLES = [
    "subject", "manager", "stand_in", "former", "head", "peer", "stranger", "auditor", "it",
    "hr", "hr_self", "hr_below", "partner",
]  # fmt: skip
SUBJECT, PEER, MANAGER = {"subject"}, {"peer"}, {"manager"}
LEAD = {"manager", "stand_in"}
HR = {"hr", "hr_self", "partner"}  # hr_self is HR towards the subject; hr_below reports to the subject and is not
NOBODY: set = set()
READERS_LATER = SUBJECT | LEAD | HR | {"head"}  # the cycle lets the manager's manager read what is delivered

# sentence: its readers from each moment on; a moment that is not named keeps those of the one before
TABLE = {
    "PlantedSelfText": {"self_assessment": SUBJECT, "peer_review": SUBJECT | LEAD | HR, "cancelled": NOBODY},
    "PlantedSelfNote": {"peer_review": SUBJECT | LEAD | HR, "delivered": READERS_LATER},
    "PlantedLooseFact": {"self_assessment": SUBJECT},
    "PlantedGoalDraft": {"self_assessment": SUBJECT},
    "PlantedThanks": {"self_assessment": SUBJECT | PEER},
    "PlantedHandover": {"self_assessment": LEAD | HR},
    "PlantedPeerDraft": {"self_assessment": PEER, "manager_evaluation": NOBODY, "cancelled": NOBODY},
    "PlantedDecline": {"self_assessment": LEAD | HR},
    "PlantedAnswer": {
        "self_assessment": NOBODY,
        "manager_evaluation": LEAD | HR,
        "delivered": SUBJECT | LEAD | HR,
        "cancelled": NOBODY,
    },
    "PlantedLoneAnswer": {"self_assessment": NOBODY},
    "PlantedPrivateNote": {"self_assessment": MANAGER, "cancelled": NOBODY},
    "PlantedEvaluation": {"manager_evaluation": LEAD, "calibration": LEAD | HR, "delivered": READERS_LATER},
    "PlantedSummary": {"manager_evaluation": LEAD, "calibration": LEAD | HR, "delivered": READERS_LATER},
    "PlantedAction": {"manager_evaluation": LEAD, "calibration": LEAD | HR, "delivered": READERS_LATER},
    "PlantedCalibration": {"calibration": {"hr", "hr_self", "head", "manager"}},
    "PlantedEvaluationNote": {"delivery": LEAD | HR, "delivered": LEAD | HR | {"head"}},
    "PlantedRebuttal": {"delivered": READERS_LATER},
}
MOMENTS = [
    "self_assessment", "peer_review", "manager_evaluation", "calibration", "delivery", "delivered",
]  # fmt: skip
# Why a step was taken is part of the log of events; all other sentences are content, and are not.
REASONS = {"PlantedSelfNote", "PlantedEvaluationNote"}


def readers_of(sentence, moment) -> set:
    """Who reads `sentence` at `moment`, by the table."""
    if moment == "cancelled":
        found = TABLE[sentence].get("cancelled", readers_of(sentence, "peer_review"))
        return found - {"head"}
    known = [TABLE[sentence][each] for each in MOMENTS[: MOMENTS.index(moment) + 1] if each in TABLE[sentence]]
    return known[-1] if known else NOBODY


# --- planting --------------------------------------------------------------------------------------------------------
@pytest.fixture
def own(cast, catalogue):
    """The review with drafts and private words of everybody in it, still in its self-assessment."""
    load_starter_goals()
    load_mail_texts()
    surrounded(cast, contribution="PlantedHandover")
    own = rows_of(cast, cast.review)
    review = own["review"]
    save(review, "self_assessment", *written(Material(review).parts("self_assessment"), "PlantedSelfText"))
    make_goal(owner=cast.subject, title="PlantedGoalDraft")
    make_evidence(cast.subject, note="PlantedLooseFact")
    Praise.objects.create(giver=cast.peer, receiver=cast.subject, text="PlantedThanks")
    PrivateNote.objects.create(review=review, author=cast.manager, text="PlantedPrivateNote")
    save_draft(asked(own["asked"]), answers_to(asked(own["asked"]), text="PlantedPeerDraft"), 0)
    feedback.decline(asked(own["outsider"]), reason="PlantedDecline")
    for request in own["givers"]:
        feedback.answer(asked(request), answers_to(asked(request), text="PlantedAnswer"))
    report = {"name": "Rita Report", "email": "rita@example.com", "relation": "direct_report"}
    own["lone"] = lone = feedback.add(fresh(review).round, by=cast.hr, **report)
    feedback.answer(asked(lone), answers_to(asked(lone), text="PlantedLoneAnswer"))
    return own


def written(sections, sentence):
    """Sections with their answers, `sentence` in every text."""
    texts = {spec.name for section in sections for spec in section.fields if spec.kind == "text"}
    return sections, {name: sentence if name in texts else value for name, value in steps.filled(sections).items()}


def asked(request) -> FeedbackRequest:
    return FeedbackRequest.objects.select_related("round__catalogue", "round__subject").get(pk=request.pk)


def to_peer_review(cast, own):
    """The manager sends the self-assessment back once."""
    writing.send_self_assessment(fresh(own["review"]), by=cast.subject)
    move(fresh(own["review"]), "return_self_assessment", by=cast.manager, reason="PlantedSelfNote")
    writing.send_self_assessment(fresh(own["review"]), by=cast.subject)


def to_manager_evaluation(cast, own):
    review = move(fresh(own["review"]), "move_on_to_evaluation", by=cast.hr, reason="The window is over.")
    save(review, "evaluation", *written(Material(fresh(review)).parts("evaluation"), "PlantedEvaluation"))
    save(review, "summary", *written(Material(fresh(review)).parts("summary"), "PlantedSummary"))
    item = {"action": "PlantedAction", "success_sign": "Fewer pages", "due_on": review.cycle.period_end}
    ActionItem.objects.create(review=review, owner=cast.subject, **item)
    Review.objects.filter(pk=review.pk).update(conversation_on=review.cycle.period_end)


def to_calibration(cast, own):
    writing.send_evaluation(fresh(own["review"]), by=cast.manager)
    why = {"by": cast.hr, "reason": "PlantedCalibration"}
    calibration.change_result(own["group"], fresh(own["review"]), other_point(own), **why)


def other_point(own):
    """An overall result other than the present one."""
    now = fresh(own["review"]).evaluation.overall
    return now.scale.points.exclude(pk=now.pk).first()


def to_delivery(cast, own):
    move(fresh(own["review"]), "return_evaluation", by=cast.hr, reason="PlantedEvaluationNote")
    writing.send_evaluation(fresh(own["review"]), by=cast.manager)
    perform(own["group"], "lock", by=cast.hr)


def to_delivered(cast, own):
    move(fresh(own["review"]), "deliver", by=cast.manager)
    Rebuttal.objects.create(review=own["review"], text="PlantedRebuttal")


NEXT = [to_peer_review, to_manager_evaluation, to_calibration, to_delivery, to_delivered]


def bring(cast, own, moment):
    """Take the review to `moment`, each on the way doing their part."""
    if moment == "cancelled":
        bring(cast, own, "peer_review")
        move(fresh(own["review"]), "cancel", by=cast.hr, reason="Not this time")
        return
    for step in NEXT[: MOMENTS.index(moment)]:
        step(cast, own)


# --- looking ---------------------------------------------------------------------------------------------------------
LINK = re.compile(r'(?:href|hx-get)="(/[^"#?]*)')
ELSEWHERE = re.compile(r"^/(accounts|static|catalogue|goals/new|goals/objectives|mailbox|people/import)|/decline/$")


FORMS = {"self-assessment": "evidence", "evaluation": "mgr_codes-TEC-CICD", "summary": "summary-strengths"}


def addresses_of(own, cast) -> list[str]:
    """Every address about the review, whether or not a page links it."""
    review, round_id, group = own["review"].pk, own["round"].pk, own["group"].pk
    names = ["review", "self_assessment", "evaluation", "overall", "summary", "summary_pdf", "rebuttal", "action_new"]
    found = [reverse(f"reviews:{name}", args=[review]) for name in [*names, "extend", "change_manager"]]
    for form, step in FORMS.items():
        found += [reverse(f"reviews:{name}", args=[review, form]) for name in ("check", "preview")]
        found += [
            reverse("reviews:preview", args=[review, form]) + f"?reader={who}" for who in ("subject", "manager", "hr")
        ]
        found += [reverse("reviews:step", args=[review, form, step])]
    found += [reverse("reviews:action_edit", args=[review, item.pk]) for item in own["review"].actions.all()]
    found += [reverse("reviews:group", args=[group]), reverse("reviews:group_change", args=[group, review])]
    found += [
        reverse(f"feedback:{name}", args=[round_id]) for name in ("round", "results", "results_csv", "results_xlsx")
    ]
    for request in (own["asked"], own["outsider"], own["lone"]):
        found += [reverse(f"feedback:{name}", args=[request.pk]) for name in ("request", "check", "replace", "address")]
        found += [reverse("feedback:step", args=[request.pk, number]) for number in (1, 4)]
    return [*found, reverse("goals:person", args=[cast.subject.pk])]


def text_of(answer) -> str:
    """What a page, a table or a PDF says."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content.startswith(b"%PDF"):
        return text_of_pdf(content)
    if content.startswith(b"PK"):
        archive = zipfile.ZipFile(BytesIO(content))
        if "[Content_Types].xml" in archive.namelist():  # a workbook
            return unescape("".join(archive.read(name).decode() for name in archive.namelist()))
        return "".join(text_of_pdf(archive.read(name)) for name in archive.namelist())
    return unescape(content.decode())


def text_of_pdf(content) -> str:
    words = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True).stdout.decode()
    return words.replace("-\n", "").replace("\N{SOFT HYPHEN}", "")


def read_all(client, user, seeds) -> dict[str, str]:
    """Everything `user` can read: {address: text} of the seeds and of all that is linked from them."""
    client.force_login(user)
    pages, waiting = {}, ["/", *seeds]
    while waiting:
        url = waiting.pop()
        if url in pages or ELSEWHERE.search(url):
            continue
        answer = client.get(url)
        pages[url] = text_of(answer) if answer.status_code in (200, 404) else ""
        if "html" in answer.headers.get("Content-Type", ""):
            waiting += LINK.findall(pages[url])
    return pages


def differences(found, expected) -> list[str]:
    """What is found where it should not be, and not found where it should be, in words."""
    wrong = []
    for sentence, readers in expected.items():
        for role in sorted(set(found[sentence]) | readers):
            places = found[sentence].get(role, [])
            if bool(places) != (role in readers):
                wrong.append(f"{sentence} for {role}: {places[:3] or 'not found'}")
    return wrong


@pytest.mark.parametrize("moment", [*MOMENTS, "cancelled"])
def test_a_private_sentence_is_found_by_its_readers_alone(cast, own, client, caplog, moment):
    bring(cast, own, moment)
    send_owed()
    if moment == "delivered":
        exports.make_zip(exports.start_zip(own["review"].cycle, by=cast.hr))
    found: dict = {sentence: {} for sentence in TABLE}
    for role in ROLES:
        seeds = addresses_of(own, cast) + [reverse("outbox:job_file", args=[job.pk]) for job in Job.objects.all()]
        for url, text in read_all(client, cast[role], seeds).items():
            assert "Planted" not in url
            for sentence in re.findall(r"Planted\w+", text):
                found[sentence].setdefault(role, []).append(url)
    wrong = differences(found, {sentence: readers_of(sentence, moment) for sentence in TABLE})
    assert not wrong, "\n".join(wrong)
    nothing_of_it_leaves_the_pages(caplog)


def test_no_page_of_work_tells_who_was_asked_for_feedback(own, cast, client):
    """Every mail about a request waits or was refused, with the address among the server's words."""
    mails = Message.objects.filter(target_type="feedback.feedbackrequest")
    Message.objects.exclude(pk__in=mails.values("pk")).delete()  # others, as those about their own review, may be named
    for message in mails:
        mails.filter(pk=message.pk).update(error=f"550 5.1.1 <{message.address}>: {message.name} is not here")
    names = {name for message in mails for name in (message.name, message.address)}
    assert len(names) > 6  # there is something to tell
    for status, url in (
        ("failed", reverse("outbox:messages")),
        ("queued", f"{reverse('outbox:messages')}?status=waiting"),
    ):
        mails.update(status=status)
        for role in ("hr", "hr_self", "hr_below", "it"):
            client.force_login(cast[role])
            page = text_of(client.get(url))
            assert "is not here" in page
            assert [name for name in names if name in page] == [], (role, url)


def nothing_of_it_leaves_the_pages(caplog):
    """Mails in both parts, messages, jobs, events and the log."""
    letters = "".join(f"{each.subject} {each.body} {each.alternatives[0][0]}" for each in mail.outbox)
    assert letters.count("Hello") > 0  # there is something to read
    rows = [json.dumps(each.data) for model in (Message, Job) for each in model.objects.all()]
    assert "Planted" not in letters + "".join(rows) + caplog.text
    events = "".join(json.dumps(each.data) for each in Event.objects.all())
    assert set(re.findall(r"Planted\w+", events)) <= REASONS


def test_every_sentence_is_found_by_somebody_at_some_moment_or_was_once_a_draft(cast, own):
    """Nothing is called secret here that was never written: the lone answer is in the store, and shown to nobody."""
    shown = {sentence for sentence, moments in TABLE.items() if any(moments.values())}
    assert set(TABLE) - shown == {"PlantedLoneAnswer"}
    assert Answer.objects.filter(text__contains="PlantedLoneAnswer").exists()
    assert "PlantedPeerDraft" in json.dumps(Draft.objects.get().answers)


# --- ratings are points, not sentences -------------------------------------------------------------------------------
def marks(client, user, url) -> set[str]:
    """Whose ratings of codes a page was made with."""
    client.force_login(user)
    codes = client.get(url).context["codes"]
    rows = [(row.self_point, row.manager_point) for row in codes]
    return {name for row in rows for name, point in zip(("self", "manager"), row, strict=True) if point}


def test_self_ratings_reach_the_manager_after_the_evaluation_and_the_subject_reads_no_other_before_delivery(
    cast, own, client
):
    page = reverse("reviews:review", args=[own["review"].pk])
    bring(cast, own, "manager_evaluation")
    assert marks(client, cast.subject, page) == {"self"}
    assert marks(client, cast.manager, page) == {"manager"}
    assert marks(client, cast.stand_in, page) == {"manager"}
    assert marks(client, cast.hr, page) == {"self"}
    to_calibration(cast, own)
    assert marks(client, cast.subject, page) == {"self"}
    assert marks(client, cast.manager, page) == marks(client, cast.hr, page) == {"self", "manager"}
    to_delivery(cast, own)
    to_delivered(cast, own)
    assert marks(client, cast.subject, page) == {"self", "manager"}
    assert marks(client, cast.head, page) == {"manager"}
