"""Calibration: who changes what, with which reason, and what a lock does."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from competencies.models import Point
from foundation.outbox.models import Message
from foundation.workflow.moves import perform
from reviews.calibration.services import change_result, may_change
from reviews.cycles.services import launch
from reviews.models import CalibrationChange, CalibrationGroup, Review
from tests.factories import make_cycle, make_user
from tests.opened import opened
from tests.reviews.conftest import fresh, send_evaluation, send_self


@pytest.fixture
def group(cast, catalogue):
    """A group with the cast's subject in calibration; the stranger is a fellow manager."""
    from tests.reviews.conftest import end_feedback

    cycle = make_cycle(cast.hr)
    cycle.stages.filter(key="calibration").update(is_enabled=True)
    review = next(each for each in launch(cycle, by=cast.hr) if each.subject == cast.subject)
    for step in (send_self, end_feedback, send_evaluation):
        step(fresh(review), cast)
    group = CalibrationGroup.objects.create(cycle=cycle, name="Serving", facilitator=cast.hr)
    group.members.set([cast.manager, cast.stranger])
    group.reviews.set([review])
    return group


@pytest.fixture
def beyond():
    return Point.objects.get(scale__key="overall_4", key="beyond")


def test_an_evaluation_waits_in_calibration(group):
    assert group.reviews.get().status == "calibration"


def test_a_change_keeps_before_after_who_and_why(cast, group, beyond):
    review = group.reviews.get()
    change = change_result(group, review, beyond, by=cast.stranger, reason="Same evidence as elsewhere.")
    assert (change.before.key, change.after.key) == ("fully", "beyond")
    assert fresh(review).evaluation.overall == beyond


def test_nobody_decides_on_own_reports_or_on_themselves(cast, group, beyond):
    review = group.reviews.get()
    group.members.add(cast.subject)
    for person in (cast.manager, cast.subject):
        assert not may_change(group, review, person)
        with pytest.raises(PermissionDenied):
            change_result(group, review, beyond, by=person, reason="Mine")
    assert not CalibrationChange.objects.exists()


def test_a_locked_group_changes_nothing_more_and_its_reviews_go_on(cast, group, beyond):
    perform(group, "lock", by=cast.hr)
    review = Review.objects.get(pk=group.reviews.get().pk)
    assert review.status == "delivery"
    assert Message.objects.filter(kind="stage_opened", key__contains=f"{review.pk}:final_delivery").exists()
    with pytest.raises(PermissionDenied):
        change_result(CalibrationGroup.objects.get(pk=group.pk), review, beyond, by=cast.stranger, reason="Late")


def test_only_hr_locks(cast, group):
    with pytest.raises(PermissionDenied):
        perform(group, "lock", by=cast.stranger)


def test_members_see_the_group_and_nobody_sees_the_own_review(cast, as_, group):
    url = group.get_absolute_url()
    assert as_(cast.stranger).get(url).status_code == 200
    group.members.add(cast.subject)
    page = as_(cast.subject).get(url)
    assert list(page.context["reviews"]) == []
    assert as_(make_user("Out Sider")).get(url).status_code == 404


def test_the_browser_changes_and_locks(cast, as_, group, beyond):
    review = group.reviews.get()
    url = reverse("reviews:group_change", args=[group.pk, review.pk])
    client = as_(cast.stranger)
    shown = opened(client, url)
    assert client.post(url, shown | {"overall": beyond.pk, "reason": ""}).status_code == 400
    assert client.post(url, shown | {"overall": beyond.pk, "reason": "As elsewhere."}).status_code == 302
    assert client.post(reverse("reviews:group_lock", args=[group.pk])).status_code == 404
    as_(cast.hr).post(reverse("reviews:group_lock", args=[group.pk]))
    assert fresh(review).status == "delivery"


def test_hr_makes_a_group_in_the_browser(cast, as_, group):
    url = reverse("reviews:group_new", args=[group.cycle_id])
    other = group.cycle.reviews.get(subject=cast.peer)
    data = {"name": "Second", "facilitator": cast.hr.pk, "members": [cast.manager.pk], "reviews": [other.pk]}
    assert as_(cast.hr).post(url, data).status_code == 302
    assert as_(cast.manager).get(url).status_code == 404


@pytest.mark.parametrize("missing", ["name", "facilitator", "members", "reviews"])
def test_an_incomplete_group_is_refused_beside_its_field_and_not_made(cast, as_, group, missing):
    other = group.cycle.reviews.get(subject=cast.peer)
    data = {"name": "Second", "facilitator": cast.hr.pk, "members": [cast.manager.pk], "reviews": [other.pk]}
    del data[missing]
    answer = as_(cast.hr).post(reverse("reviews:group_new", args=[group.cycle_id]), data)
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [missing]
    assert list(CalibrationGroup.objects.all()) == [group]


@pytest.mark.parametrize("role", ["manager", "subject", "peer", "head", "auditor", "it"])
def test_who_may_not_calibrate_a_review_finds_no_page_to_do_it(cast, as_, group, beyond, role):
    review = group.reviews.get()
    url = reverse("reviews:group_change", args=[group.pk, review.pk])
    assert as_(cast[role]).get(url).status_code == 404
    assert as_(cast[role]).post(url, {"overall": beyond.pk, "reason": "Mine"}).status_code == 404
    assert fresh(review).evaluation.overall.key == "fully"


def test_an_open_page_of_a_locked_group_changes_nothing(cast, as_, group, beyond):
    review = group.reviews.get()
    perform(group, "lock", by=cast.hr)
    url = reverse("reviews:group_change", args=[group.pk, review.pk])
    assert as_(cast.stranger).post(url, {"overall": beyond.pk, "reason": "Late"}).status_code == 404
    assert not CalibrationChange.objects.exists()


def test_a_point_of_another_scale_is_no_overall_result(cast, as_, group):
    other = Point.objects.exclude(scale__key="overall_4").first()
    url = reverse("reviews:group_change", args=[group.pk, group.reviews.get().pk])
    client = as_(cast.stranger)
    answer = client.post(url, opened(client, url) | {"overall": other.pk, "reason": "Wrong scale"})
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == ["overall"]


def test_locking_a_second_time_says_so_and_moves_nobody(cast, as_, group):
    client, url = as_(cast.hr), reverse("reviews:group_lock", args=[group.pk])
    client.post(url)
    status = fresh(group.reviews.get()).status
    assert client.post(url).status_code == 302
    assert fresh(group.reviews.get()).status == status == "delivery"


def test_a_large_cycle_offers_the_reviews_that_a_search_finds(cast, as_, review, monkeypatch):
    cycle = review.cycle
    page = reverse("reviews:group_new", args=[cycle.pk])
    all_names = {review.subject.name for review in cycle.reviews.filter(groups=None).select_related("subject")}
    assert len(all_names) > 2

    def offered(query=""):
        text = as_(cast.hr).get(page + query).content.decode()
        return {name for name in all_names if f"{name} – " in text}, "search to reach the others" in text

    assert offered() == (all_names, False)
    assert offered("?q=weber,priya+raman") == ({"Jonas Weber", "Priya Raman"}, False)
    assert offered("?q=nobody+of+this+name") == (set(), False)
    monkeypatch.setattr("reviews.calibration.views.MOST", 1)
    found, is_cut = offered()
    assert (len(found), is_cut) == (1, True)


def test_a_group_is_found_from_cycle_home_and_review_by_everybody_concerned(cast, as_, catalogue):
    """cases C10: also by a facilitator who is neither member nor HR."""
    cycle = make_cycle(cast.hr)
    cycle.stages.filter(key="calibration").update(is_enabled=True)
    review = next(each for each in launch(cycle, by=cast.hr) if each.subject == cast.subject)
    group = CalibrationGroup.objects.create(cycle=cycle, name="Platform", facilitator=cast.stranger)
    group.members.set([cast.manager, cast.head])
    group.reviews.set([review])
    address = group.get_absolute_url()
    for who, page in [
        (cast.hr, cycle.get_absolute_url()),
        (cast.hr, review.get_absolute_url()),
        (cast.manager, review.get_absolute_url()),
        (cast.manager, "/"),
        (cast.stranger, "/"),
    ]:
        assert f'href="{address}"' in as_(who).get(page).content.decode(), (who, page)
    assert as_(cast.stranger).get(address).status_code == 200
    assert as_(cast.peer).get(address).status_code == 404
    assert address not in as_(cast.subject).get(review.get_absolute_url()).content.decode()
