"""One whole cycle in a real browser, with the CSP on: HR, engineer, manager, two collaborators by link.

Every page on the way has an empty console, nothing for axe to find, and no sideways scroll.
"""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from feedback import services as feedback
from feedback.models import FeedbackRequest
from people.models import User
from reviews.models import Review
from reviews.tasks import close_due_stages
from tests.browser import assert_clean, browser, follow, open_page, press, signed_in  # noqa: F401
from tests.factories import answers_to, make_team, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATIENCE = 5_000  # milliseconds
THEMES = {1440: "light", 390: "dark"}
PASSWORD = "a long enough password"
TEXT = "In May she rebuilt the release path with us; failed releases went from five to one."


@pytest.fixture
def people(transactional_db):
    """A small organisation: everybody the cycle needs."""
    call_command("load_starter_pack", stdout=StringIO())
    team = make_team("Model Serving")
    head = make_user("Edda Falk", grade=None)
    manager = make_user("Marta Keller", team=team, manager=head, grade=None)
    joined = timezone.localdate() - timedelta(days=500)
    subject = make_user("Priya Raman", team=team, manager=manager, joined_on=joined)
    for name in ("Arjun Kapoor", "Emma Lefevre", "Wei Zhang", "Freya Nilsen"):
        make_user(name, team=team, manager=head, grade=None, profession="data_scientist")
    hr = make_user("Hanna Riedel", is_hr=True, grade=None, password=PASSWORD)
    return {"hr": hr, "manager": manager, "subject": subject}


@pytest.fixture
def site(live_server, settings, people):
    settings.BASE_URL = live_server.url
    return live_server


@pytest.fixture
def as_person(site, client, open_page):  # noqa: F811
    def opened(user, width):
        page = open_page(width, THEMES[width], cookies=signed_in(site, client, user))
        page.set_default_timeout(PATIENCE)
        page.goto(f"{site.url}/")
        return page

    return opened


def agree(page):
    follow(page, page.locator("dialog[open] button").last)


def choose_everywhere(page, label="Proficient"):
    """One choice in every group of radios: `label` where it stands, else the fourth."""
    for group in page.locator("fieldset.choices:visible").all():
        wanted = group.locator(f"label:has(strong:text-is('{label}'))")
        if group.locator("input[type=checkbox]").count():
            for box in group.locator("input[type=checkbox]").all():
                box.check()
        elif wanted.count():
            wanted.click()
        else:
            group.locator("input[type=radio]").nth(3).check()


def write_everywhere(page):
    for area in page.locator("textarea:visible").all():
        area.fill(TEXT)


def write_in_steps(page, label="Proficient"):
    """Every step of a form from the open one on, as far as the check."""
    while page.locator("form#write").count():
        write_everywhere(page)
        choose_everywhere(page, label)
        assert_clean(page)
        follow(page, page.locator("[data-next]"))
    assert_clean(page)


@pytest.mark.parametrize("width", [1440, 390])
def test_a_whole_cycle_in_the_browser(site, people, as_person, open_page, width):  # noqa: F811
    launch(site, open_page, width)
    write_self_assessment(as_person(people["subject"], width))
    approve(as_person(people["manager"], width))
    collect(open_page, width)
    close_due_stages()
    evaluate(as_person(people["manager"], width))
    read(as_person(people["subject"], width), site)
    export(as_person(people["hr"], width), site)


def launch(site, open_page, width):  # noqa: F811
    """HR signs in with a password, makes a cycle from the template, sees who is in, launches."""
    page = open_page(width=width)
    page.goto(f"{site.url}/cycles/")
    assert_clean(page)
    page.locator("[name=login]").fill("hanna.riedel@example.org")
    page.locator("[name=password]").fill(PASSWORD)
    follow(page, "Sign in")
    page.wait_for_url("**/cycles/")
    assert_clean(page)
    follow(page, "New cycle")
    today = timezone.localdate()
    page.get_by_label("Name").fill("Second half-year")
    page.get_by_label("Period from").fill((today - timedelta(days=180)).isoformat())
    page.get_by_label("Until").fill(today.isoformat())
    assert_clean(page)
    follow(page, "Continue to stages")
    assert_clean(page)
    follow(page, "Continue to people")
    page.get_by_text("Priya Raman").first.wait_for()
    assert_clean(page)
    press(page, "Launch")
    agree(page)
    follow(page, "Open cycle")
    page.get_by_text("Priya Raman").first.wait_for()
    assert_clean(page)


def write_self_assessment(page):
    """The engineer writes step by step, is told that it is saved, sends, and suggests whom to ask."""
    assert_clean(page)
    follow(page, "Write your self-assessment")
    page.locator("textarea").first.fill(TEXT)
    page.locator("[data-autosave-state]", has_text="Saved").wait_for()
    write_in_steps(page)
    press(page, "Submit self-assessment")
    agree(page)
    page.get_by_text("Submitted. Thank you.").wait_for()
    assert_clean(page)
    follow(page, "The people asked")
    for _number in range(4):
        follow(page, page.get_by_role("button", name=re.compile(r"^Add\s*:")).first)
    assert_clean(page)
    follow(page, "Submit list")
    page.get_by_text("is checking the list").wait_for()
    assert_clean(page)


def approve(page):
    assert_clean(page)
    follow(page, "Approve collaborators for feedback")
    assert_clean(page)
    follow(page, "Approve and send requests")
    assert_clean(page)


def link_for(name) -> str:
    [message] = [m for m in mail.outbox if m.to == [User.objects.get(name=name).email] and "/f/" in m.body]
    return re.search(r"http\S+/f/\S+", message.body)[0]


def collect(open_page, width):  # noqa: F811
    """Two collaborators answer by link in the browser, one declines there; the fourth answers beside it."""
    for name in ("Arjun Kapoor", "Emma Lefevre"):
        page = open_page(width=width)
        page.goto(link_for(name))
        assert "/f/" not in page.url
        assert_clean(page)
        follow(page, "Start")
        while page.get_by_role("button", name="Send feedback").count() == 0:
            for group in page.locator("fieldset:visible").all():
                group.locator("input[type=radio]").nth(2).check()
            write_everywhere(page)
            assert_clean(page)
            follow(page, page.locator("form .form-bar button.btn-primary"))
        assert_clean(page)
        follow(page, "Send feedback")
        page.get_by_text("has been sent").wait_for()
        assert_clean(page)
    page = open_page(width=width)
    page.goto(link_for("Freya Nilsen"))
    follow(page, "Decline (no reason needed)")
    assert_clean(page)
    follow(page, page.get_by_role("button", name=re.compile("Decline")).first)
    assert_clean(page)
    last = FeedbackRequest.objects.get(name="Wei Zhang")
    feedback.answer(last, answers_to(last), by=last.giver)


def evaluate(page):
    """The manager rates, decides the overall result last, writes summary and plan, delivers."""
    page.reload()
    follow(page, "Write the evaluation")
    write_in_steps(page)
    press(page, "Submit evaluation")
    agree(page)
    page.get_by_text("Submitted. Thank you.").wait_for()
    follow(page, "Write the summary")
    write_in_steps(page)
    follow(page, "Back to the review")
    follow(page, "Add an action item")
    assert_clean(page)
    page.get_by_label("What will be done").fill("Own the alert review")
    page.get_by_label("Due", exact=False).first.fill((timezone.localdate() + timedelta(days=60)).isoformat())
    page.get_by_label("How we will know").fill("Half as many pages in a month")
    follow(page, "Save")
    page.get_by_label("Meeting on").fill(timezone.localdate().isoformat())
    follow(page, "Save meeting")
    press(page, "Deliver review")
    agree(page)
    page.get_by_text("Review delivered.").wait_for()
    assert_clean(page)


def read(page, site):
    """The subject reads, takes the PDF along, confirms."""
    page.reload()
    follow(page, "Read your review and confirm it")
    page.get_by_text("Own the alert review").first.wait_for()
    assert_clean(page)
    with page.expect_download() as download:
        press(page, "PDF summary")
    assert download.value.suggested_filename.endswith(".pdf")
    page.trouble.clear()  # Chromium counts a download as a request that did not become a page
    press(page, "Acknowledge")
    agree(page)
    page.get_by_text("Review complete").first.wait_for()
    assert_clean(page)
    assert Review.objects.get().status == "acknowledged"


def export(page, site):
    """HR asks for the zip and sees it finished."""
    page.goto(site.url + Review.objects.get().cycle.get_absolute_url())
    follow(page, "Export")
    assert_clean(page)
    follow(page, "Start export")
    page.get_by_text("1 in all.").wait_for()
    assert_clean(page)
