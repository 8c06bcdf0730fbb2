"""Feedback by hand in a real browser: each person does the whole of their part, at a desk or on a phone.

Every page on the way is clean: an empty console, nothing for axe to find, no sideways scroll.
"""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from feedback import services
from feedback.models import FeedbackRequest, FeedbackRound
from foundation.audit.models import Event
from foundation.outbox.services import load_mail_texts
from goals.models import Evidence
from tests.browser import assert_clean, browser, follow, open_page, signed_in  # noqa: F401
from tests.factories import answers_to, confirm_outsiders, make_collecting_round, make_request, make_round, make_user
from tests.feedback.conftest import SIX, deliver, mailed_links

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(live_server, settings, cast):
    settings.BASE_URL = live_server.url
    load_mail_texts()
    return live_server


@pytest.fixture
def opened(site, open_page):  # noqa: F811
    """opened(user, "/path/", width): the page as that person sees it, clean."""

    def visit(user, path, width=1440):
        page = open_page(width, cookies=signed_in(site, Client(), user))
        page.set_default_timeout(5_000)
        page.goto(site.url + path)
        assert_clean(page)
        return page

    return visit


@pytest.fixture
def collecting(cast):
    round, requests = make_collecting_round(cast.subject, SIX)
    round.asked = requests
    return round


def add(page, name):
    follow(page, page.get_by_role("button", name=re.compile(rf"^Add\s*: {name}")))
    assert_clean(page)


def add_from_outside(page, name, email, relation="stakeholder"):
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Their role towards the work").select_option(relation)
    follow(page, page.locator("form", has=page.get_by_label("Email address")).get_by_role("button", name="Add"))
    assert_clean(page)


@pytest.mark.parametrize("width", [1440, 390])
def test_a_list_is_made_by_its_subject_and_approved_by_the_manager(cast, opened, width):
    round, url = list_of(cast)
    page = opened(cast.subject, url, width)
    follow(page, "Submit list")
    page.get_by_text("Please suggest 4 to 8 people; there are 0 on the list.").wait_for()
    add(page, "Jonas Weber")
    page.get_by_role("searchbox").fill("fremd")
    follow(page, "Search")
    add(page, "Sten Fremd")
    add_from_outside(page, "Ada Outside", "not an address")
    page.get_by_role("alert").get_by_text("Enter a valid email address").wait_for()
    add_from_outside(page, "Ada Outside", "ada@example.com")
    add_from_outside(page, "Ada Again", "ADA@example.com")
    page.get_by_role("alert").get_by_text("on the list already").wait_for()
    add_from_outside(page, "Ben Outside", "ben@example.com")
    follow(page, "Submit list")
    page.get_by_text("Marta Keller is checking the list").wait_for()

    desk = opened(cast.manager, url, width)
    desk.get_by_text("With this list, no ratings could be shown").wait_for()
    follow(desk, desk.get_by_role("link", name="Remove Sten Fremd from the list"))
    assert_clean(desk)
    desk.get_by_label("Reason").fill("Worked on another floor.")
    follow(desk, "Remove from list")
    add(desk, "Dana Scientist")
    add_from_outside(desk, "Cem Outside", "cem@example.com")
    desk.get_by_text("3 outsiders are not confirmed yet").wait_for()
    confirm_outsiders(round, by=cast.hr)
    desk.reload()
    desk.get_by_text("Stakeholders (3):").wait_for()
    follow(desk, "Approve and send requests")
    desk.get_by_text("Everyone on the list is being asked").wait_for()

    page.goto(page.url)
    assert_clean(page)
    page.get_by_text("Worked on another floor.").wait_for()
    page.get_by_text("added by Marta Keller").first.wait_for()
    asked = set(round.requests.filter(status="asked").values_list("name", flat=True))
    assert asked == {"Jonas Weber", "Dana Scientist", "Ada Outside", "Ben Outside", "Cem Outside"}


def list_of(cast):
    make_user("Dana Scientist", team=cast.team, profession="data_scientist")
    round = make_round(cast.subject)
    return round, round.get_absolute_url()


def test_a_full_colleague_is_seen_and_somebody_with_room_is_asked_instead(cast, opened):
    round, url = list_of(cast)
    for number in range(6):
        make_request(make_round(make_user(f"Other {number}", manager=cast.head), status="collecting"), giver=cast.peer)
    free = make_user("Free Colleague", team=cast.team)
    for giver in (None, None, None, cast.peer):
        make_request(round, giver, relation="peer_mlops_engineer", status="proposed", added_by=cast.subject)
    page = opened(cast.manager, url)
    page.get_by_text("6 of 6 requests").wait_for()
    follow(page, "Approve and send requests")
    page.get_by_text("Jonas Weber: asked by 6 colleagues already").wait_for()
    row = page.get_by_role("listitem").filter(has_text="has reached the request limit").first
    follow(page, row.get_by_role("button", name=re.compile(f"Choose instead.*{free.name}")))
    page.get_by_text("Has reached the request limit; someone else is asked instead.").wait_for()
    follow(page, "Approve and send requests")
    page.get_by_text("Everyone on the list is being asked").wait_for()
    assert_clean(page)


def test_a_collaborator_finds_the_request_at_home_and_stops_and_goes_on(cast, opened, collecting):
    make_request(collecting, giver=cast.peer, relation="peer_mlops_engineer")
    page = opened(cast.peer, "/", 390)
    follow(page, "Give feedback")
    follow(page, "Start")
    page.get_by_label("Every week or more").check()
    follow(page, "Save for later")
    page.get_by_text("among your tasks").wait_for()
    assert_clean(page)
    follow(page, "Back to feedback")
    assert_clean(page)
    follow(page, "Feedback about Priya Raman")
    follow(page, "Continue")
    assert page.get_by_label("Every week or more").is_checked()


def test_somebody_declines_from_the_mail_on_a_phone(site, open_page, cast, collecting):  # noqa: F811
    services.send_again(collecting.asked[0], by=cast.hr)
    deliver()
    page = open_page(390)
    page.goto(site.url + mailed_links(mail.outbox[-1])["decline"])
    assert_clean(page)
    page.get_by_label("Reason").fill("We met twice only.")
    page.get_by_role("button", name="Decline").dblclick()
    page.get_by_role("heading", name="Thank you for telling us").wait_for()
    assert_clean(page)
    request = FeedbackRequest.objects.get(pk=collecting.asked[0].pk)
    assert (request.status, request.why) == ("declined", "We met twice only.")


@pytest.mark.parametrize("width", [1440, 390])
def test_hr_unblocks_requests_on_the_board(cast, opened, collecting, width):
    first, second, third, fourth = collecting.asked[:4]
    services.answer(fourth, answers_to(fourth))
    page = opened(cast.hr, "/feedback/board/?q=priya", width)

    def apply(action, *requests, **fields):
        for request in requests:
            page.get_by_role("checkbox", name=re.compile(f"^{request.name},")).check()
        page.get_by_label("Action").select_option(label=action)
        for label, value in fields.items():
            page.get_by_label(label.replace("_", " ")).fill(value)
        follow(page, "Apply")
        assert_clean(page)
        return page.get_by_role("status").or_(page.get_by_role("alert")).first.inner_text()

    assert not page.get_by_label("Reason").is_visible()  # a reminder needs none
    assert "Done for 2 people" in apply("Remind", first, second)
    assert "Nothing you typed is lost" in apply("Extend deadline", first, New_deadline="", Reason="On leave")
    later = (collecting.closes_on + timedelta(5)).isoformat()
    assert "Done for 1 person" in apply("Extend deadline", first, New_deadline=later, Reason="On leave")
    assert "Done for 1 person" in apply("Withdraw request", second, Reason="Left the project")
    page.get_by_label("Apply to").select_option("all")
    assert "Done for 4 people" in apply("Send the invitation again")
    follow(page, page.get_by_role("link", name=re.compile(f"Replace.*{third.name}")))
    assert_clean(page)
    page.get_by_role("searchbox").fill("jonas")
    follow(page, "Search")
    follow(page, page.get_by_role("button", name=re.compile("Ask instead.*Jonas")))
    page.get_by_text("Jonas Weber has been asked instead.").wait_for()
    assert FeedbackRequest.objects.get(giver=cast.peer).status == "asked"
    assert {FeedbackRequest.objects.get(pk=each.pk).status for each in (second, third)} == {"revoked"}


def test_results_are_read_and_hr_hides_a_text(cast, opened, collecting):
    for number, request in enumerate(collecting.asked):
        services.answer(request, answers_to(request, text=f"sentence {number}"))
    round = services.release_round(collecting)
    services.open_to_subject(round)
    path = f"/feedback/rounds/{round.pk}/results/"
    page = opened(cast.hr, path)
    quotes = page.locator("blockquote").count()
    follow(page, page.get_by_role("link", name="Hide this text").first)
    assert_clean(page)
    page.get_by_label("Reason").fill("Names a customer.")
    follow(page, "Hide")
    page.get_by_text("Text hidden.").wait_for()
    assert Event.objects.get(verb="feedbackround.hide_text").data["reason"] == "Names a customer."
    for who, width in [("manager", 1440), ("subject", 390)]:
        page = opened(cast[who], path, width)
        assert page.locator("blockquote").count() == quotes - 1
        page.get_by_text("4 × Often").first.wait_for()
        page.get_by_text("From left to right:").first.wait_for()


def test_too_few_answers_are_explained(cast, opened, collecting):
    services.answer(collecting.asked[0], answers_to(collecting.asked[0]))
    round = services.release_round(FeedbackRound.objects.get(pk=collecting.pk))
    page = opened(cast.manager, f"/feedback/rounds/{round.pk}/results/", 390)
    page.get_by_text("Too few people have answered").wait_for()


def test_between_cycles_people_ask_answer_thank_and_keep(cast, opened):
    page = opened(cast.subject, "/feedback/", 390)
    follow(page, "Ask for feedback")
    page.get_by_label("Whom you ask").fill("Sten Fremd")
    page.get_by_label("The piece of work").fill("Rollback drill")
    page.get_by_label("What you would like to know").fill("Was the runbook clear?")
    assert_clean(page)
    follow(page, page.get_by_role("button", name="Send question", exact=True))
    page.get_by_text("Sten Fremd has been asked.").wait_for()
    giver = opened(cast.stranger, "/feedback/", 390)
    giver.get_by_role("link", name="Priya Raman asks about Rollback drill").click()
    giver.get_by_text("Priya Raman can read your answer, with your name.").wait_for()
    giver.get_by_label("Your feedback").fill("Clear, but step 3 assumes admin rights.")
    giver.get_by_label("The manager of Priya Raman may read it too").check()
    assert_clean(giver)
    follow(giver, "Send answer")
    giver.get_by_text("Sent to Priya Raman.").wait_for()
    page.goto(page.url)
    assert_clean(page)
    follow(page, "Keep as evidence")
    follow(page, "Save evidence")
    assert Evidence.objects.get().note == "Sten Fremd: Clear, but step 3 assumes admin rights."
    manager = opened(cast.manager, "/feedback/")
    manager.get_by_role("link", name="Rollback drill").click()
    manager.get_by_text("step 3 assumes admin rights").wait_for()
    follow(opened(cast.subject, "/feedback/"), "Thank someone")
