"""Addresses of people from outside: as they are pasted, and never another spelling of somebody who is known here."""

from pathlib import Path

import pytest
from django.urls import reverse

from feedback import services
from feedback.models import FeedbackRequest
from foundation.workflow.moves import MoveRefused
from people.models import User
from tests.factories import make_request, make_round, make_user

LINES = (Path(__file__).parents[1] / "cases" / "addresses.txt").read_text().splitlines()
TAGGED = [line for line in LINES if "+" in line and "@demo.example" in line]
PASTED = [line for line in LINES if "partner.example" in line]


@pytest.fixture
def round(cast, catalogue):
    """Priya's, led by Marta, with Arjun on the list; all at demo.example as in the cases."""
    for name, person in (("priya.raman", cast.subject), ("marta.keller", cast.manager)):
        User.objects.filter(pk=person.pk).update(email=f"{name}@demo.example")
        person.refresh_from_db()
    cast.arjun = make_user("Arjun Kapoor", email="arjun.kapoor@demo.example")
    round = make_round(cast.subject)
    make_request(round, cast.arjun, status="proposed")
    return round


def propose(client, round, email, name="Somebody"):
    sent = {"name": name, "email": email, "relation": "stakeholder"}
    return client.post(reverse("feedback:propose", args=[round.pk]), sent)


@pytest.mark.parametrize("email", TAGGED)
@pytest.mark.parametrize("who", ["subject", "manager"])
def test_a_tag_makes_nobody_somebody_else(cast, as_, round, who, email):
    """cases E6: the subject's, the manager's and a listed colleague's own mailbox, whoever types it."""
    answer = propose(as_(cast[who]), round, email)
    assert answer.status_code == 400
    assert answer.context["form"].non_field_errors()
    assert f'value="{email}"' in answer.content.decode()  # what was typed stays
    assert round.requests.count() == 1


def test_a_colleague_who_is_not_on_the_list_is_named(cast, as_, round):
    """cases E6: an account is asked as an account."""
    make_user("Sofie Lind", email="sofie.lind@demo.example")
    answer = propose(as_(cast.subject), round, "Sofie.Lind+x@demo.example")
    assert "belongs to Sofie Lind, who has an account" in answer.content.decode()


def test_two_tags_of_one_outsider_are_one_outsider(cast, round):
    """cases E6: against the list as well."""
    outside = {"name": "Lena", "relation": "stakeholder"}
    services.propose(round, by=cast.subject, email="lena+a@partner.example", **outside)
    with pytest.raises(MoveRefused, match="on the list already"):
        services.propose(round, by=cast.subject, email="lena@partner.example", **outside)


def test_a_corrected_address_is_compared_too(cast, round):
    """cases E6: HR cannot send an outsider's request to the subject's own mailbox."""
    asked = make_request(round, status="asked")
    with pytest.raises(MoveRefused, match="whom the feedback is about"):
        services.change_address(asked, "priya.raman+peer@demo.example", by=cast.hr)


def test_somebody_who_has_left_is_no_outsider(cast, round):
    """cases B1, cases E6."""
    make_user("Gunnar Gone", email="gunnar@demo.example", is_active=False)
    with pytest.raises(MoveRefused, match="has left"):
        services.propose(round, by=cast.subject, name="G", email="gunnar@demo.example", relation="stakeholder")


@pytest.mark.parametrize("email", PASTED)
def test_a_pasted_address_is_taken(cast, as_, round, email):
    """cases E5: with the name from the address where none was typed."""
    name = "" if "<" in email else "Lena Extern"
    assert propose(as_(cast.subject), round, email, name).status_code == 302
    request = FeedbackRequest.objects.get(email="lena@partner.example")
    assert (request.name, request.giver) == ("Lena Extern", None)


@pytest.mark.parametrize(("who", "is_shown"), [("manager", True), ("hr", True), ("subject", False)])
def test_the_approver_sees_outsiders_addresses(cast, as_, round, who, is_shown):
    """cases E6: beside the name, before anybody is asked."""
    make_request(round, status="proposed", email="lena@partner.example", name="Lena Extern")
    page = as_(cast[who]).get(round.get_absolute_url()).content.decode()
    assert ("lena@partner.example" in page) is is_shown


# --- what was stored before is checked once more when the list is approved --------------------------------------------
def approve(client, round):
    return client.post(reverse("feedback:approve", args=[round.pk]), follow=True).content.decode()


def stored(round, email, name="Lena Extern"):
    """As an earlier version, or an earlier state of the accounts, has let it on the list."""
    return make_request(round, status="proposed", email=email, name=name)


@pytest.mark.parametrize(
    ("email", "why"),
    [
        ("priya.raman+peer@demo.example", "whom the feedback is about"),
        ("Marta.Keller+x@demo.example", "The manager writes the evaluation"),
        ("arjun.kapoor+2@demo.example", "on the list already"),
        ("sofie.lind@demo.example", "has an account"),
        ("sofie.lind+x@demo.example", "has an account"),
    ],
)
@pytest.mark.parametrize("who", ["manager", "hr"])
def test_rows_stored_before_are_checked_again_at_approval(cast, as_, round, who, email, why):
    """cases E6: by the rules of proposing; the approver reads who it is, under which address, and why."""
    for _number in range(4):
        make_request(round, status="proposed")
    stored(round, email)
    make_user("Sofie Lind", email="sofie.lind@demo.example")
    page = approve(as_(cast[who]), round)
    assert f"Lena Extern ({email})" in page
    assert why in page
    assert not FeedbackRequest.objects.filter(status="asked").exists()
    assert type(round).objects.get(pk=round.pk).status == "nominating"


def test_a_colleague_who_became_the_manager_is_found_at_approval(cast, as_, round):
    """cases E6, cases B4: proposed as a peer, now leads the review."""
    for _number in range(4):
        make_request(round, status="proposed")
    services.change_manager(round, cast.arjun, by=cast.hr)
    assert "The manager writes the evaluation" in approve(as_(cast.arjun), round)


def test_a_list_in_order_is_approved(cast, as_, round):
    """cases E6: nothing is refused for being compared with itself."""
    for _number in range(4):
        make_request(round, status="proposed")
    approve(as_(cast.manager), round)
    assert FeedbackRequest.objects.filter(status="asked").count() == 5
