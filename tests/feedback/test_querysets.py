"""Selections of rounds and requests that pages share."""

import pytest

from feedback.models import FeedbackRound
from tests.factories import make_round, make_user


@pytest.mark.parametrize("each", [1, 3, 30])
def test_the_titles_of_running_rounds_are_told_once_each_and_in_order(cast, each, django_assert_num_queries):
    for status, titles in {"collecting": "ca", "nominating": "ab", "released": "dx", "cancelled": "y"}.items():
        for title in titles:
            for _ in range(each):
                make_round(make_user(manager=cast.manager), status=status, title=f"Cycle {title}")
    with django_assert_num_queries(1):
        assert FeedbackRound.objects.running_titles() == ["Cycle a", "Cycle b", "Cycle c"]


def test_without_a_running_round_there_is_no_title(cast):
    make_round(cast.subject, status="released")
    assert FeedbackRound.objects.running_titles() == []
