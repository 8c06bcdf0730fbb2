"""A whole cycle through HTTP alone: import, launch, write, ask, answer by link, evaluate, deliver, read, export."""

import re
import zipfile
from datetime import date, timedelta
from io import BytesIO, StringIO

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback.models import AccessLink, Answer, FeedbackRequest
from foundation.audit.models import Event
from foundation.outbox.models import Job, Message
from people.models import User
from reviews.evaluation.material import Material
from reviews.models import Cycle, Review
from reviews.tasks import close_due_stages
from tests.factories import answers_to, make_user
from tests.reviews import steps

pytestmark = pytest.mark.django_db(transaction=True)
# Ravi has no manager; the others and HR, whom nobody put on the engineering ladder, have no grade.
WHY_OUT = {"No grade": 7, "No manager": 1}
PASSWORD = "a long enough password"
PEOPLE = """email;name;profession;grade;team;manager_email;joined_on
edda.falk@example.org;Edda Falk;stakeholder;;Platform;;2020-01-01
marta.keller@example.org;Marta Keller;software_engineer;;Platform;edda.falk@example.org;2021-01-01
priya.raman@example.org;Priya Raman;peer_mlops_engineer;MLO3;Platform;marta.keller@example.org;2022-01-01
ravi.menon@example.org;Ravi Menon;peer_mlops_engineer;MLO2;Platform;;2022-01-01
arjun.kapoor@example.org;Arjun Kapoor;data_scientist;;Platform;edda.falk@example.org;2022-01-01
emma.lefevre@example.org;Emma Lefèvre;data_scientist;;Platform;edda.falk@example.org;2022-01-01
wei.zhang@example.org;Wei Zhang;data_scientist;;Platform;edda.falk@example.org;2022-01-01
freya.nilsen@example.org;Freya Nilsen;data_scientist;;Platform;edda.falk@example.org;2022-01-01
"""


@pytest.fixture
def site(transactional_db):
    """An installed product with its first HR account."""
    call_command("load_starter_pack", stdout=StringIO())
    make_user("Hanna Riedel", is_hr=True, grade=None, password=PASSWORD)


def signed_in(name) -> Client:
    client = Client()
    client.force_login(User.objects.get(name=name))
    return client


def post(client, name, /, *args, **data):
    """Post as a browser would and follow; a refused form is told apart by its status."""
    return client.post(reverse(name, args=args), data, follow=True)


def review_of(name="Priya Raman") -> Review:
    rows = Review.objects.select_related("cycle__template", "cycle__catalogue", "subject", "manager", "round", "grade")
    return rows.get(subject__name=name)


def test_a_cycle_from_an_empty_organisation_to_a_confirmed_review(site):
    hr = sign_in_as_hr()
    import_people(hr)
    cycle = make_and_launch(hr)
    write_self_assessment(signed_in("Priya Raman"))
    propose(signed_in("Priya Raman"))
    post(hr, "feedback:confirm", FeedbackRequest.objects.get(email="kim@example.com").pk)
    approve(signed_in("Marta Keller"))
    collect()
    assert close_due_stages() == 1
    assert close_due_stages() == 0
    manager = signed_in("Marta Keller")
    evaluate(manager)
    deliver(manager)
    read_and_answer(signed_in("Priya Raman"))
    export(hr, cycle)
    history_is_complete()


def sign_in_as_hr() -> Client:
    client = Client()
    assert client.get("/cycles/").url.startswith("/accounts/login/")
    wrong = client.post(reverse("account_login"), {"login": "hanna.riedel@example.org", "password": "not this one"})
    assert wrong.status_code == 200
    client.post(reverse("account_login"), {"login": "hanna.riedel@example.org", "password": PASSWORD})
    assert client.get("/cycles/").status_code == 200
    return client


def import_people(hr):
    """A bad file is told by line; the good one is previewed, then written whole."""
    bad = PEOPLE.replace("Platform;marta.keller", "Platform;nobody.here")
    refused = hr.post(reverse("people:import"), {"file": SimpleUploadedFile("people.csv", bad.encode())})
    assert refused.status_code == 400
    assert [error.line for error in refused.context["plan"].errors] == [4]
    preview = hr.post(reverse("people:import"), {"file": SimpleUploadedFile("people.csv", PEOPLE.encode("utf-8-sig"))})
    assert len(preview.context["plan"].new) == 8
    assert User.objects.count() == 1
    post(hr, "people:import_apply", token=preview.context["token"], invite="1")
    assert User.objects.get(name="Priya Raman").manager.name == "Marta Keller"
    assert len([m for m in mail.outbox if "/accounts/login/code/" in m.body]) == 8


def make_and_launch(hr) -> Cycle:
    today = timezone.localdate()
    form = hr.get(reverse("reviews:cycle_new")).context["form"]
    period = {"name": "Second half-year", "period_start": today - timedelta(180), "period_end": today}
    stages = post(hr, "reviews:cycle_new", **as_sent(form) | period)
    cycle = Cycle.objects.get()
    population = post(hr, "reviews:cycle_stages", cycle.pk, **as_sent(stages.context["formset"]))
    assert [person.name for person in population.context["page"]] == ["Priya Raman"]
    assert {str(why): count for why, count in population.context["reasons"]} == WHY_OUT
    job_page = post(hr, "reviews:cycle_launch", cycle.pk)
    again = post(hr, "reviews:cycle_launch", cycle.pk)
    assert job_page.context["job"] == again.context["job"]
    assert Job.objects.get().status == "done"
    assert Review.objects.count() == 1
    assert told("Priya Raman", "stage_opened") == 1
    return cycle


def as_sent(form) -> dict:
    """What a browser sends of a form or a formset that nobody has touched."""
    forms = [form.management_form, *form.forms] if hasattr(form, "management_form") else [form]
    values = {field.html_name: field.value() for each in forms for field in each}
    return {name: value for name, value in values.items() if value not in (None, False, [])}


def told(name, kind) -> int:
    """How many mails of `kind` have gone to the person."""
    return Message.objects.filter(kind=kind, recipient__name=name, sent_at__isnull=False).count()


def write_self_assessment(engineer):
    """What is due stands on the home page; a draft is saved by script, a stale tab is refused with both texts."""
    [duty, _choose] = sorted(engineer.get("/").context["tasks"], key=lambda duty: duty.title, reverse=True)
    first = engineer.get(duty.url).url  # the task leads to the first step where something is missing
    page = engineer.get(first)
    name = next(spec.name for section in Material(review_of()).parts("self_assessment") for spec in section.fields)
    saved = autosave(engineer, first, version=0, **{name: "The first line"})
    assert saved.json()["version"] == 1
    stale = autosave(engineer, first, version=0, **{name: "From another tab"})
    assert stale.status_code == 409
    assert stale.json()["conflicts"] == [{"field": name, "theirs": "The first line"}]
    assert "The first line" in engineer.get(first).content.decode()
    whole = reverse("reviews:self_assessment", args=[review_of().pk])
    check = reverse("reviews:check", args=[review_of().pk, "self-assessment"])
    assert engineer.post(check, {"version": 1}).status_code == 400
    data = steps.self_assessment_data(review_of()) | {"version": review_of().self_assessment.version, "save": "1"}
    engineer.post(whole, data)
    sent = engineer.post(check, {"version": review_of().self_assessment.version}, follow=True)
    assert page.status_code == sent.status_code == 200
    assert review_of().status == "peer_review"


def autosave(client, url, **data):
    return client.post(url, data, headers={"X-Autosave": "1"})


def propose(engineer):
    round_id = review_of().round_id
    for name in ("Arjun Kapoor", "Emma Lefèvre", "Wei Zhang", "Freya Nilsen"):
        giver = User.objects.get(name=name).pk
        post(engineer, "feedback:propose", round_id, giver=giver, relation="data_scientist")
    refused = post(engineer, "feedback:propose", round_id, name="Kim Outside", email="kim@", relation="data_scientist")
    assert refused.context["form"].errors.keys() == {"email"}
    assert "Kim Outside" in refused.content.decode()
    post(engineer, "feedback:propose", round_id, name="Kim Outside", email="kim@example.com", relation="data_scientist")
    post(engineer, "feedback:send_list", round_id)
    assert FeedbackRequest.objects.filter(status="proposed").count() == 5
    assert not [m for m in mail.outbox if "/f/" in m.body]


def approve(manager):
    assert "Approve collaborators for feedback" in [duty.title for duty in manager.get("/").context["tasks"]]
    post(manager, "feedback:approve", review_of().round_id)
    assert FeedbackRequest.objects.filter(status="asked").count() == 5
    assert len([m for m in mail.outbox if "/f/" in m.body]) == 5


def links_in_mail_to(address) -> list[str]:
    """The paths of the links in the one mail that asks `address`: to answer, to decline."""
    [message] = [m for m in mail.outbox if m.to == [address] and "/f/" in m.body]
    return re.findall(r"http://[^/]+(/f/[\w-]+/)", message.body)


def collect():
    """Four answer behind their links, without an account; one declines; a link that was used is unknown."""
    for address in ("arjun.kapoor@example.org", "emma.lefevre@example.org", "wei.zhang@example.org", "kim@example.com"):
        answer(links_in_mail_to(address)[0], FeedbackRequest.objects.get(email=address))
    decline_path = links_in_mail_to("freya.nilsen@example.org")[1]
    visitor = Client()
    form = visitor.get(decline_path, follow=True)
    assert FeedbackRequest.objects.get(email="freya.nilsen@example.org").status == "asked"
    visitor.post(form.redirect_chain[-1][0], {"reason": ""})
    assert FeedbackRequest.objects.get(email="freya.nilsen@example.org").status == "declined"
    used = Client().get(links_in_mail_to("kim@example.com")[0])
    unknown = Client().get("/f/" + "x" * 43 + "/")
    assert used.status_code == unknown.status_code == 404
    assert used.content == unknown.content


def answer(path, request):
    visitor, data = Client(), answers_to(request)
    arrived = visitor.get(path, follow=True)
    assert "/f/" not in arrived.redirect_chain[-1][0]
    number, check = 1, reverse("feedback:check", args=[request.pk])
    while number:
        url = reverse("feedback:step", args=[request.pk, number])
        form = visitor.get(url).context
        sent = visitor.post(
            url, {name: data[name] for name in form["form"].fields if name in data} | {"version": form["version"]}
        )
        number = 0 if sent.url == check else number + 1
    page = visitor.get(check)
    thanks = visitor.post(check, {"version": page.context["version"]}, follow=True)
    assert thanks.redirect_chain[-1][0] == reverse("feedback:thanks")
    assert visitor.get(check).status_code == 404


def evaluate(manager):
    review = review_of()
    assert review.status == "manager_evaluation"
    url = reverse("reviews:evaluation", args=[review.pk])
    desk = manager.get(url).content.decode()
    assert steps.TEXTS in desk
    assert "You paired with us on the release." in desk
    post(manager, "reviews:evaluation", review.pk, **steps.evaluation_data(review), version=0)
    overall = steps.evaluation_data(review, overall=True)
    version = review_of().evaluation.version
    post(manager, "reviews:overall", review.pk, **overall, version=version, send="1")
    assert review_of().status == "delivery"


def deliver(manager):
    """Delivery is offered with what is missing until nothing is."""
    review = review_of()
    refused = post(manager, "reviews:move", review.pk, "deliver")
    assert "The summary is not complete" in refused.content.decode()
    assert signed_in("Priya Raman").get(reverse("reviews:summary_pdf", args=[review.pk])).status_code == 404
    post(manager, "reviews:summary", review.pk, **steps.summary_data(review), version=0)
    post(manager, "reviews:action_new", review.pk, **steps.action_data(review))
    post(manager, "reviews:meeting", review.pk, conversation_on=date.today() + timedelta(3))
    post(manager, "reviews:move", review.pk, "deliver")
    assert review_of().status == "delivered"
    assert told("Priya Raman", "delivered") == 1


def read_and_answer(engineer):
    review = review_of()
    page = engineer.get(review.get_absolute_url()).content.decode()
    assert "Own the alert review" in page
    assert "You paired with us on the release." in page
    pdf = engineer.post(reverse("reviews:summary_pdf", args=[review.pk]), follow=True)
    assert pdf.content.startswith(b"%PDF")
    document = SimpleUploadedFile("review.pdf", pdf.content)
    assert engineer.post(reverse("reviews:verify"), {"document": document}).context["result"] == "current"
    post(engineer, "reviews:rebuttal", review.pk, text="The outage in June is not mentioned.")
    post(engineer, "reviews:move", review.pk, "acknowledge")
    assert review_of().status == "acknowledged"
    assert told("Marta Keller", "acknowledged") == 1


def export(hr, cycle):
    """The zip is made by a job, and is handed to who asked for it."""
    job = post(hr, "reviews:cycle_export", cycle.pk, kind="zip").context["job"]
    assert Job.objects.get(pk=job.pk).done == 1
    answer = hr.get(reverse("outbox:job_file", args=[job.pk]))
    archive = zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content)))
    [name] = archive.namelist()
    assert name.startswith("priya-raman-")
    assert archive.read(name).startswith(b"%PDF")


def history_is_complete():
    """Every move is an event, in order; answers are sealed, links are gone or dead."""
    found = [each.verb for each in Event.objects.about(review_of()).order_by("number")]
    moves = ["launch", "submit_self_assessment", "end_peer_review", "submit_evaluation", "deliver", "acknowledge"]
    assert [verb for verb in found if verb.split(".")[1] in moves] == [f"review.{move}" for move in moves]
    assert not Answer.objects.exists()  # read once into the released snapshot
    assert not AccessLink.objects.usable().exists()
    assert Message.objects.exclude(status="done").count() == 0
