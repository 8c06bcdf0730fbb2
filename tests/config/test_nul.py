"""The one character that no database text may hold is refused, wherever it comes from; nothing breaks."""

import pytest

from tests.factories import make_review

SEARCHES = [
    ("hr", "/people/?q=%00"),
    ("hr", "/people/?q=a&after=%00"),
    ("hr", "/cycles/{cycle}/?q=%00"),
    ("hr", "/cycles/{cycle}/?status=%00"),
    ("hr", "/feedback/board/?name=%00"),
    ("subject", "/goals/new/?q=%00"),
    ("subject", "/catalogue/?q=%00&grade=%00"),
    ("subject", "/feedback/rounds/{round}/?q=%00"),
    ("auditor", "/activity/log/?before=%00"),
]


@pytest.fixture
def words(cast, catalogue):
    review = make_review(cast.subject, cast.hr)
    return {"cycle": review.cycle_id, "round": review.round_id, "review": review.pk}


@pytest.mark.parametrize(("who", "address"), SEARCHES)
def test_a_search_for_nul_is_not_understood(cast, words, as_, who, address):
    answer = as_(cast[who]).get(address.format(**words))
    assert answer.status_code == 400
    assert "We couldn't read that request" in answer.content.decode()


def test_a_text_with_nul_is_kept_without_it_or_refused(cast, words, as_):
    own = as_(cast.subject)
    url = f"/reviews/{words['review']}/self-assessment/"
    names = list(own.get(url).context["form"].fields)[:3]
    for headers in ({}, {"x-autosave": "1"}):
        answer = own.post(url, {"version": "0", "save": "1"} | dict.fromkeys(names, "a\x00b"), headers=headers)
        assert answer.status_code < 500
