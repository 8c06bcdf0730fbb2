"""Links in mails: bound, hashed, ended, harmless to open, hard to guess (security contract 3)."""

import io
import logging
import re
from base64 import urlsafe_b64encode
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.log import NoTokens
from feedback import services
from feedback.access_links import services as links
from feedback.access_links.models import LinkPurpose
from feedback.models import AccessLink, Answer, FeedbackRequest
from foundation.clients import client_of
from foundation.counters.limits import Limit
from foundation.counters.models import Attempts
from foundation.outbox.models import Message
from foundation.outbox.tasks import send_owed
from people.models import User
from tests.factories import answers_to, make_collecting_round, make_request, make_round
from tests.feedback.conftest import deliver, mailed_links, post_answers
from tests.feedback.database import whole_database


@pytest.fixture
def request_(collecting):
    return collecting.asked[0]


@pytest.fixture
def token(request_):
    return links.mint(request_)["answer"]


def open_(client, token):
    return client.get(f"/f/{token}/")


def test_a_good_link_leads_to_its_request_and_no_other(client, collecting, token):
    answer = open_(client, token)
    assert answer.status_code == 302
    assert token not in answer.url
    assert client.get(answer.url).status_code == 200
    for other in collecting.asked[1:]:
        assert client.get(f"/feedback/answer/{other.pk}/").status_code == 404


def test_it_may_be_opened_many_times(client, token):
    assert {open_(Client(), token).status_code for _each in range(5)} == {302}


def test_pages_behind_a_link_are_not_kept_and_send_no_referrer_away(client, token):
    for answer in (open_(client, token), client.get(open_(client, token).url), open_(client, "x" * 43)):
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "same-origin"
        assert "noindex" in answer["X-Robots-Tag"]
    page = client.get(open_(client, token).url).content.decode()
    assert not re.findall(r'(?:src|href)="https?://', page)


def mutations(token, other):
    """Flip, case, cut, extend, cross with the token `other`, encode."""
    for place, letter in enumerate(token):
        yield token[:place] + ("A" if letter != "A" else "B") + token[place + 1 :]
        yield token[:place] + token[place + 1 :]
        if letter.swapcase() != letter:
            yield token[:place] + letter.swapcase() + token[place + 1 :]
    yield from (token.swapcase(), token.lower(), token.upper(), token[::-1], token[: links.WORD], token[1:], token * 2)
    yield from (token + "A", token + "=", token + "%00", token + "%20", "%20" + token, token + "%0A", "%2e%2e" + token)
    yield from (token[: links.WORD] + other[links.WORD :], other[: links.WORD] + token[links.WORD :], token + other)
    yield from (links.digest(token), urlsafe_b64encode(token.encode()).decode(), token.encode().hex())
    yield "".join(f"%25{ord(letter):02x}" for letter in token)  # encoded twice
    yield "".join(chr(ord(letter) + 0xFEE0) for letter in token)  # letters that look the same, in full width


def test_every_mutation_of_a_token_gets_the_unknown_page(client, collecting, token, monkeypatch):
    monkeypatch.setattr(links, "UNKNOWN_LINKS", Limit("links.unknown", 1000, timedelta(minutes=10)))
    other = links.mint(collecting.asked[1])["answer"]
    assert open_(client, token).status_code == open_(client, other).status_code == 302
    unknown = client.get("/f/" + "x" * 43 + "/").content
    assert "This link isn't valid" in unknown.decode()
    for mutated in {*mutations(token, other)} - {token}:
        answer = Client().get(f"/f/{mutated}/")
        assert (answer.status_code, answer.content) == (404, unknown), mutated


BENT = ["", ".", "/.", "/>", "/)", "/,", ">", ").", "/?utm_source=x", "/%22", "/…", "/.%29"]


@pytest.mark.parametrize("ending", BENT)
def test_punctuation_that_a_mail_program_adds_is_ignored(client, token, ending):
    """cases F1"""
    assert client.get(f"/f/{token}{ending}", follow=True).status_code == 200


@pytest.mark.parametrize("path", ["", "x", "x/", "x/y/z/", "%00", "x/../../", "%ff"])
def test_every_address_of_links_has_the_helpful_page(client, db, path):
    """cases F1: never a bare 404."""
    answer = client.get(f"/f/{path}", follow=True)
    assert answer.status_code == 404
    assert "feedback/link_unknown.html" in [template.name for template in answer.templates]


@pytest.mark.parametrize("ending", ["/a", "/.a", "/check/", "a."])
def test_more_than_punctuation_makes_another_address(client, token, ending):
    """cases F1"""
    assert client.get(f"/f/{token}{ending}").status_code == 404


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1, max_size=60).filter(lambda text: "/" not in text))
def test_any_text_in_place_of_a_token_is_unknown(db, text):
    Attempts.objects.all().delete()
    assert links.find(text, "somewhere") is None


def bodies_of_dead_links(cast):
    """The page for each way a link can have ended."""
    dead = {}
    round, requests = make_collecting_round(cast.subject, ["data_scientist"] * 8, max_total=9)
    tokens = [links.mint(request)["answer"] for request in requests]
    assert all(open_(Client(), token).status_code == 302 for token in tokens)
    services.answer(requests[0], answers_to(requests[0]))
    services.decline(requests[1])
    services.remove(requests[2], by=cast.hr, reason="wrong person")
    services.change_address(requests[3], "new@example.com", by=cast.hr)
    AccessLink.objects.filter(request=requests[4]).update(expires_at=timezone.now() - timedelta(seconds=1))
    names = ("answered", "declined", "revoked", "moved", "expired")
    dead |= {name: open_(Client(), token) for name, token in zip(names, tokens, strict=False)}
    alive, closed = tokens[5], tokens[6]
    assert open_(Client(), alive).status_code == 302
    services.release_round(round)
    dead["closed"] = open_(Client(), closed)
    dead["unknown"] = open_(Client(), "x" * 43)
    return dead


def test_unknown_spent_revoked_moved_expired_and_closed_links_are_one_page(cast):
    dead = bodies_of_dead_links(cast)
    assert {answer.status_code for answer in dead.values()} == {404}
    assert len({answer.content for answer in dead.values()}) == 1


def test_the_right_ends_with_the_link_even_in_an_open_browser(client, cast, request_, token):
    page = open_(client, token).url
    assert client.get(page).status_code == 200
    services.remove(request_, by=cast.hr, reason="wrong person")
    assert client.get(page).status_code == 404
    assert client.post(f"{page}save/", {"all_contact": "weekly", "version": 0}).status_code == 404
    assert client.post(f"{page}check/", {"version": 0}).status_code == 404


def test_replaying_after_sending_changes_nothing(client, request_, token):
    open_(client, token)
    post_answers(client, request_)
    before = list(Answer.objects.values_list("pk", flat=True))
    assert open_(client, token).status_code == 404
    client.post(f"/feedback/answer/{request_.pk}/check/", {"version": 1})
    client.post(f"/feedback/answer/{request_.pk}/save/", answers_to(request_, "rarely") | {"version": 1})
    client.post(f"/feedback/answer/{request_.pk}/decline/")
    assert list(Answer.objects.values_list("pk", flat=True)) == before
    assert FeedbackRequest.objects.get(pk=request_.pk).status == "answered"


def test_a_right_cannot_be_made_up_or_carried_to_another_request(client, collecting, token):
    open_(client, token)
    other = collecting.asked[1]
    client.cookies[links.RIGHT_COOKIE]["path"] = f"/feedback/answer/{other.pk}/"
    assert client.get(f"/feedback/answer/{other.pk}/").status_code == 404
    client.cookies[links.RIGHT_COOKIE] = str(AccessLink.objects.first().pk)
    assert client.get(f"/feedback/answer/{collecting.asked[0].pk}/").status_code == 404


def test_a_browser_sends_the_right_to_that_request_only(client, request_, token):
    cookie = open_(client, token).cookies[links.RIGHT_COOKIE]
    assert cookie["path"] == f"/feedback/answer/{request_.pk}/"
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert token not in cookie.value


def test_twelve_visits_of_scanners_leave_the_database_unchanged(token, request_):
    """Those that run scripts are in `test_scanners.py`."""
    decline = links.mint(request_)["decline"]
    before = whole_database()
    agents = ["GoogleImageProxy", "Mozilla/5.0 (scanner)", "Slackbot-LinkExpanding", ""] * 3
    for agent in agents:
        scanner = Client(headers={"user-agent": agent})
        for path in (f"/f/{token}/", f"/f/{decline}/"):
            assert scanner.head(path).status_code == 302
            page = scanner.get(path, follow=True)
            for href in re.findall(r'href="(/feedback/[^"]*)"', page.content.decode()):
                scanner.get(href, follow=True)
            assert scanner.head(page.redirect_chain[-1][0]).status_code == 200
            assert scanner.options(path).status_code == 405
    assert whole_database() == before
    links.mint(request_)
    assert whole_database() != before  # whatever is written would be seen
    assert FeedbackRequest.objects.get(pk=request_.pk).status == "asked"


@pytest.fixture
def log(monkeypatch):
    """All that the product's own handler writes, at the most talkative level."""
    [handler] = [each for each in logging.getLogger().handlers if any(isinstance(f, NoTokens) for f in each.filters)]
    written = io.StringIO()
    monkeypatch.setattr(handler, "stream", written)
    levels = {logging.getLogger(name): logging.getLogger(name).level for name in ("", "django.request")}
    for logger in levels:
        logger.setLevel(logging.DEBUG)
    yield written
    for logger, level in levels.items():
        logger.setLevel(level)


def test_no_token_is_in_the_database_the_outbox_or_the_log(cast, mail_texts, collecting, client, log):
    [message] = _invite(collecting, cast)
    deliver()
    tokens = [path.split("/")[2] for path in mailed_links().values()]
    assert open_(client, tokens[0]).status_code == 302
    for wrong in (f"{tokens[0]}wrong", f"%20{tokens[0]}", f"%C3%A4{tokens[0]}"):
        open_(client, wrong)
    for name in ("any", "gunicorn.error"):
        logging.getLogger(name).error("Error handling request %s", f"/f/{tokens[1]}/")
    everything = str(whole_database())
    for token in tokens:
        assert token not in everything + str(message.data)
        assert token[: links.WORD] not in log.getvalue()
    assert log.getvalue().count("Not Found: /f/") == 3
    assert log.getvalue().count("Error handling request /f/…/") == 2
    assert AccessLink.objects.filter(token_hash=links.digest(tokens[0])).exists()


def _invite(round, cast):
    services.add(round, by=cast.manager, name="New", email="new@example.com", relation="stakeholder")
    return Message.objects.all()


def test_the_log_blanks_the_path_of_a_link(token):
    record = logging.LogRecord("django", logging.WARNING, "", 1, "Not Found: %s", (f"/f/{token}/",), None)
    assert token in record.getMessage()
    NoTokens().filter(record)
    assert token not in record.getMessage()


def test_links_point_at_the_configured_address_whatever_host_was_asked(cast, mail_texts, collecting, settings, as_):
    settings.BASE_URL = "https://reviews.example.org"
    client = as_(cast.hr)
    rows = {"request": [str(collecting.asked[0].pk)], "action": "send_again"}
    client.post("/feedback/board/", rows, headers={"host": "localhost", "x-forwarded-host": "evil.example"})
    deliver()
    assert "https://reviews.example.org/f/" in mail.outbox[-1].body
    assert "evil" not in mail.outbox[-1].body


def guess(client, count=links.UNKNOWN_LINKS.amount):
    assert {client.get(f"/f/guess{number}/").status_code for number in range(count)} == {404}


def test_a_client_that_guesses_is_not_listened_to_until_the_window_ends(client, request_, time_machine):
    old = "a-token-of-a-version-that-did-not-seal-them"
    AccessLink.objects.create(
        token_hash=links.digest(old), purpose=LinkPurpose.ANSWER, request=request_, **lasting(request_)
    )
    assert open_(client, old).status_code == 302  # a lucky guess would open it
    guess(client)
    with CaptureQueriesContext(connection) as asked:
        assert open_(client, old).status_code == 404
    assert not any("feedback_accesslink" in query["sql"] for query in asked)
    assert open_(Client(REMOTE_ADDR="192.0.2.8"), old).status_code == 302
    time_machine.move_to(timezone.now() + links.UNKNOWN_LINKS.window)
    assert open_(client, old).status_code == 302


def test_an_emptied_cache_forgets_no_guesses(client, request_):
    """cases G3: the counters are rows."""
    old = "a-token-of-a-version-that-did-not-seal-them"
    AccessLink.objects.create(
        token_hash=links.digest(old), purpose=LinkPurpose.ANSWER, request=request_, **lasting(request_)
    )
    guess(client)
    cache.clear()
    assert open_(client, old).status_code == 404


def lasting(request):
    return {"address": request.email, "expires_at": timezone.now() + timedelta(days=1)}


def test_nobody_seals_a_token_without_the_secret_key(token, settings):
    assert links.is_sealed(token)
    assert not any(links.is_sealed(mutated) for mutated in mutations(token, "x" * len(token)))
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "the key of today"
    assert links.is_sealed(token)  # with a key of yesterday: what was mailed then is heard
    settings.SECRET_KEY_FALLBACKS = []
    assert not links.is_sealed(token)


def test_an_office_behind_one_address_can_all_answer_though_a_scanner_mangles_links(cast):
    """200 people within an hour, with a scanner there that opens each link, and each link in lower case."""
    office, answered = {"REMOTE_ADDR": "192.0.2.7"}, 0
    for _round in range(20):
        _collecting, requests = make_collecting_round(cast.subject, ["stakeholder"] * 10, max_total=12)
        for request, tokens in zip(requests, links.mint_all(requests).values(), strict=True):
            scanner, person = Client(**office), Client(**office)
            for token in (tokens["answer"], tokens["answer"].lower(), tokens["decline"].lower()):
                scanner.get(f"/f/{token}/")
            assert open_(person, tokens["answer"]).status_code == 302
            answered += post_answers(person, request).url == "/feedback/thanks/"
    assert answered == 200
    assert FeedbackRequest.objects.filter(status="answered").count() == 200


def test_only_a_trusted_proxy_names_the_client(rf, settings):
    visit = rf.get("/", headers={"x-forwarded-for": "203.0.113.9, 198.51.100.4"})
    assert client_of(visit) == "127.0.0.1"
    settings.TRUSTED_PROXIES = 1
    assert client_of(visit) == "198.51.100.4"


def test_every_form_behind_a_link_refuses_a_post_without_its_token(request_, token):
    strict = Client(enforce_csrf_checks=True)
    strict.get(f"/f/{token}/")
    for path in ("1/", "save/", "check/", "decline/"):
        assert strict.post(f"/feedback/answer/{request_.pk}/{path}", {}).status_code == 403
    assert FeedbackRequest.objects.get(pk=request_.pk).status == "asked"


def test_links_are_bound_to_their_purpose(request_):
    tokens = links.mint(request_)
    assert set(tokens) == set(LinkPurpose.values)
    assert links.find(tokens["decline"], "x").purpose == "decline"
    assert len({*tokens.values()}) == 2
    assert all(len(token) == links.WORD + 12 for token in tokens.values())


def test_a_link_to_decline_opens_no_form(client, request_):
    page = open_(client, links.mint(request_)["decline"]).url
    assert client.get(page).status_code == 200
    for path in ("", "1/", "check/", "code/"):
        assert client.get(f"/feedback/answer/{request_.pk}/{path}").status_code == 404
    assert client.post(f"/feedback/answer/{request_.pk}/save/", {"version": 0}).status_code == 404
    assert client.post(f"/feedback/answer/{request_.pk}/check/", {"version": 0}).status_code == 404
    assert FeedbackRequest.objects.get(pk=request_.pk).status == "asked"


def test_the_links_of_a_colleague_end_with_the_address_they_went_to(cast, client, collecting):
    request = make_request(collecting, giver=cast.peer)
    token = links.mint(request)["answer"]
    page = open_(client, token).url
    assert client.get(page).status_code == 200
    User.objects.filter(pk=cast.peer.pk).update(email="jonas.new@example.org")
    assert open_(Client(), token).status_code == 404
    assert client.get(page).status_code == 404
    assert open_(Client(), links.mint(FeedbackRequest.objects.get(pk=request.pk))["answer"]).status_code == 302


def test_an_account_holder_with_somebody_elses_link_answers_that_one_only(cast, as_, collecting):
    own = make_request(collecting, giver=cast.peer)
    client = as_(cast.peer)
    page = open_(client, links.mint(collecting.asked[0])["answer"]).url
    assert client.get(page).status_code == 200
    assert client.get(f"/feedback/answer/{own.pk}/").status_code == 200
    User.objects.filter(pk=cast.peer.pk).update(is_active=False)
    assert client.get(f"/feedback/answer/{own.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (datetime(2030, 3, 5, 22, 58, tzinfo=UTC), True),  # 12:58 in Honolulu, 23:58 in Berlin
        (
            datetime(2030, 3, 6, 4, 0, tzinfo=UTC),
            False,
        ),  # 18:00 of that day in Honolulu, 5:00 of the next in Berlin
    ],
)
def test_home_link_and_mail_agree_on_the_end_wherever_the_reader_is(
    cast, as_, mail_texts, time_machine, moment, is_open
):
    """cases C9: one rule, the end of the day where the organisation is, named on the page and in the mail."""
    time_machine.move_to(datetime(2030, 3, 1, 9, tzinfo=UTC))
    User.objects.filter(pk=cast.peer.pk).update(time_zone="Pacific/Honolulu")
    round = make_round(cast.subject, closes_on=date(2030, 3, 5), status="collecting")
    request = make_request(round, giver=cast.peer)
    token = links.mint(request)["answer"]
    page = as_(cast.peer).get(f"/feedback/answer/{request.pk}/").content.decode()
    assert "Tue 5 Mar 2030, 23:59 Europe/Berlin" in page
    services.send_again(request, by=cast.hr)
    send_owed()
    assert "Tue 5 Mar 2030, 23:59 Europe/Berlin" in mail.outbox[-1].body
    time_machine.move_to(moment)
    home = as_(cast.peer).get("/").content.decode()
    assert ("Give feedback" in home) == is_open
    assert ("today" in home) == is_open
    assert (Client().get(f"/f/{token}/").status_code == 302) == is_open
