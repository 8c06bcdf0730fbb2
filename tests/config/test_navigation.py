"""The main navigation shows what the person may open, and nothing else."""

import pytest
from django.urls import reverse

from foundation.ui.navigation import navigation
from people.models import User

ALWAYS = ["Home", "Goals", "Feedback", "Catalogue"]


def labels(rf, user, path="/"):
    request = rf.get(path)
    request.user = User.objects.get(pk=user.pk)
    return [str(entry["label"]) for entry in navigation(request)["navigation"]]


@pytest.mark.parametrize(
    ("name", "more"),
    [("subject", []), ("manager", ["Team"]), ("hr", ["Cycles", "Jobs", "People"]), ("auditor", ["Event log"])],
)
def test_each_role_is_led_to_its_own_pages(cast, rf, name, more):
    assert sorted(labels(rf, cast[name])) == sorted([*ALWAYS, *more])


def test_a_partner_is_led_to_the_cycles(cast, rf):
    cast.team.hr_partners.add(cast.peer)
    assert "Cycles" in labels(rf, cast.peer)
    assert "People" not in labels(rf, cast.peer)


def test_nobody_is_led_anywhere_before_signing_in(rf):
    assert navigation(rf.get("/")) == {"navigation": []}


def test_the_place_where_one_is_is_marked(cast, rf):
    request = rf.get(reverse("goals:objectives"))
    request.user = cast.subject
    active = [str(entry["label"]) for entry in navigation(request)["navigation"] if entry["is_active"]]
    assert active == ["Goals"]


def test_every_entry_opens(cast, as_, rf):
    for name in ("subject", "manager", "hr", "auditor", "it"):
        request = rf.get("/")
        request.user = User.objects.get(pk=cast[name].pk)
        for entry in navigation(request)["navigation"]:
            if entry["label"] != "Catalogue":  # needs the starter content, tested in its own room
                assert as_(cast[name]).get(entry["url"]).status_code == 200
