"""One save for whatever keeps the answers."""

import pytest

from foundation.ui.drafts import Stale, fingerprints
from foundation.workflow.moves import MoveRefused
from questionnaires.drafts import Closed, save

pytestmark = pytest.mark.django_db


class Notebook:
    """A holder in memory."""

    def __init__(self, **answers):
        self.answers, self.version, self.saved_at, self.is_open = answers, 1, None, True

    def values(self):
        return dict(self.answers)

    def refresh(self):
        if not self.is_open:
            raise Closed("It was sent.")

    def store(self, changes):
        self.answers |= changes
        self.version += 1


def test_what_changed_is_stored_and_counts_the_version_up():
    book = Notebook(one="first")
    save(book, {"one": "second", "two": "new"}, version=1)
    assert (book.answers, book.version) == ({"one": "second", "two": "new"}, 2)


def test_what_is_as_it_was_is_no_save():
    book = Notebook(one="first")
    save(book, {"one": "first"}, version=1)
    assert book.version == 1


def test_a_conflict_is_told_after_everything_else_was_stored():
    book = Notebook(one="theirs", two="")
    base = fingerprints({"one": "before", "two": ""})
    with pytest.raises(Stale) as stale:
        save(book, {"one": "mine", "two": "also mine"}, version=0, base=base)
    assert book.answers == {"one": "theirs", "two": "also mine"}
    assert [each.field for each in stale.value.conflicts] == ["one"]
    assert stale.value.row is book


def test_what_another_tab_alone_has_changed_is_handed_back():
    book = Notebook(one="theirs", two="")
    merge = save(book, {"two": "mine"}, version=0, base=fingerprints({"one": "before", "two": ""}))
    assert merge.others == {"one": "theirs"}


def test_nothing_is_stored_once_it_is_closed():
    book = Notebook(one="first")
    book.is_open = False
    with pytest.raises(MoveRefused):
        save(book, {"one": "late"}, version=1)
    assert book.answers == {"one": "first"}
