"""Text that is written in several tabs at once: which text is kept, what can be stored, how an autosave is answered.

A form carries the `version` of the row it was made from, and in `base` a fingerprint of what each of its fields held
then. From these and what is stored now follows for every field whether it was touched here, elsewhere, or both.
"""

import hashlib
import json
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import wraps
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Manager, Model, QuerySet
from django.http import JsonResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from foundation.moments import day_in_words

MOST_BYTES = 100_000  # of one field, in UTF-8; a draft up to here is stored, whatever the limit of its field
UNKNOWN = -1  # the version of a post that names none: older than every save


class NotAVersion(ValueError):
    """The posted version is not a number between 0 and 999,999,999."""


class Stale(Exception):
    """Another tab has changed what was written here too. `row` is what is stored now, `merge` says which fields."""

    def __init__(self, row, merge: "Merge | None" = None):
        super().__init__("a newer version was saved")
        self.row, self.merge = row, merge or Merge()

    @property
    def conflicts(self) -> list["Conflict"]:
        return self.merge.conflicts


@dataclass(frozen=True)
class Conflict:
    """One field that was changed here and elsewhere: what is stored, and what was sent."""

    field: str
    theirs: Any
    mine: Any


@dataclass
class Merge:
    """What a post does to what is stored.

    `changes` are to be stored; `conflicts` are not; `others` are fields that only another tab has changed, with its
    text.
    """

    changes: dict = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)
    others: dict = field(default_factory=dict)


def plain_breaks(text: str) -> str:
    """`text` with one kind of line break, which counts as one character; browsers send two."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def posted_version(data) -> int:
    """The version a form was made from; UNKNOWN when the post names none. Raises NotAVersion."""
    given = data.get("version", "")
    if not given:
        return UNKNOWN
    if not (given.isascii() and given.isdecimal() and len(given) <= 9):
        raise NotAVersion
    return int(given)


def posted_base(data) -> dict[str, str]:
    """The fingerprints a form was made with, by field; empty when there are none or they cannot be read."""
    try:
        base = json.loads(data.get("base") or "{}")
    except (ValueError, RecursionError):
        return {}
    if not isinstance(base, dict):
        return {}
    return {name: value for name, value in base.items() if isinstance(value, str)}


def fingerprint(value) -> str:
    """12 hexadecimal digits that are the same for a value of a row and for the same value as a form sends it."""
    return hashlib.sha256(json.dumps(_plain(value)).encode()).hexdigest()[:12]


def fingerprints(values: dict) -> dict[str, str]:
    return {name: fingerprint(value) for name, value in values.items()}


def _plain(value):
    """A value as JSON can write it: rows by their id, days in ISO form, several values in order."""
    if value is None or value is False:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if hasattr(value, "__iter__") and not isinstance(value, str):
        return sorted(str(_plain(each)) for each in value) or ""
    if isinstance(value, date):
        return value.isoformat()
    return plain_breaks(str(value.pk if isinstance(value, Model) else value)).strip()


def merged(stored: dict, mine: dict, base: dict, *, is_newest: bool = False) -> Merge:
    """What the post `mine`, made when fields had the fingerprints `base`, does to `stored`.

    A field without a fingerprint is taken as read a moment ago when `is_newest`, and as unknown otherwise: then it
    only fills what is empty.
    """
    result = Merge()
    for name, value in mine.items():
        there = stored.get(name, "")
        now, sent = fingerprint(there), fingerprint(value)
        was = base.get(name) or (now if is_newest or now == fingerprint("") else None)
        if sent in (now, was):
            continue
        if was == now:
            result.changes[name] = value
        else:
            result.conflicts.append(Conflict(name, there, value))
    settled = result.changes.keys() | {each.field for each in result.conflicts}
    for name in base.keys() - settled:
        there = stored.get(name, "")
        now = fingerprint(there)
        is_shown = name in mine and fingerprint(mine[name]) == now
        if base[name] != now and not is_shown:
            result.others[name] = there
    return result


def why_unstorable(value) -> str:
    """Why a text cannot be stored at all, in words for its writer; empty when it can."""
    if not isinstance(value, str):
        return ""
    if "\x00" in value:
        return _("This text holds a character that cannot be stored (NUL). Remove it; it often comes with a paste.")
    size = len(value.encode(errors="replace"))
    if size > MOST_BYTES:
        return _("This text is too long to be stored: %(size)d kB, and the most is %(most)d kB. Please shorten it.") % {
            "size": -(-size // 1000),
            "most": MOST_BYTES // 1000,
        }
    return ""


def why_too_long(text: str, most: int) -> str:
    """What to do about a text of more than `most` characters; empty when it fits. A line break is one character."""
    count = len(plain_breaks(text))
    if count <= most:
        return ""
    return _("Please shorten this to %(most)d characters: it has %(count)d.") % {"most": most, "count": count}


def storable(value) -> None:
    """Raises ValidationError, as validators do."""
    if problem := why_unstorable(value):
        raise ValidationError(problem)


class DraftText(forms.CharField):
    """A text that is stored as a draft at any length up to 100 kB; `most` characters may be sent in the end."""

    widget = forms.Textarea

    def __init__(self, *, most: int, **options):
        super().__init__(**options)
        self.most = most
        self.validators = [storable]
        self.widget.attrs["data-most"] = most

    def to_python(self, value):
        text = super().to_python(value)
        return plain_breaks(text) if isinstance(text, str) else text


def hidden_fields(version: int, values: dict):
    """The two hidden inputs of a form that was made from `version` when its fields held `values`."""
    rows = [("version", version), ("base", json.dumps(fingerprints(values), separators=(",", ":")))]
    return format_html_join("", '<input type="hidden" name="{}" value="{}" autocomplete="off">', rows)


def autosave_answer(row, stored: dict, merge: Merge, *, refused: dict[str, str], saved_at=None) -> JsonResponse:
    """The one answer to every autosave; see templates/components/README.md.

    `stored` are the values of the form's fields after the save, `refused` the fields that cannot be stored, with why.
    """
    conflicts = [{"field": each.field, "theirs": each.theirs} for each in merge.conflicts]
    at = timezone.localtime(saved_at)
    content = {
        "version": row.version,
        "base": fingerprints(stored),
        "saved_at": date_format(at, "H:i"),
        "others": merge.others,
        "conflicts": conflicts,
        "refused": refused,
    }
    return JsonResponse(content, status=409 if conflicts else 400 if refused else 200)


def asks_for_version(request) -> bool:
    """Whether a page that somebody came back to asks if another tab has saved meanwhile."""
    return request.method == "GET" and "X-Autosave" in request.headers


def version_answer(row) -> JsonResponse:
    """The page saves, without a change, only if this is newer than its own version; see components/README.md."""
    return JsonResponse({"version": row.version})


def with_others(data, merge: Merge):
    """What was posted, with the texts of another tab in the fields that were not touched here."""
    data = data.copy()
    for name, value in merge.others.items():
        if isinstance(value, list):
            data.setlist(name, value)
        else:
            data[name] = value
    return data


def for_change(rows: QuerySet | Manager, request) -> QuerySet:
    """These rows, for a POST locked until its transaction ends; a GET only reads, and waits for nobody."""
    return rows.select_for_update(of=("self",), no_key=True) if request.method == "POST" else rows.all()


def writing(view):
    """Decorator of a view with a merging form: its POST is one transaction; the row stays as `for_change` read it."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        with transaction.atomic() if request.method == "POST" else nullcontext():
            return view(request, *args, **kwargs)

    return answer


class Merging(forms.Form):
    """A form of stored values that another tab, or somebody else, may change meanwhile: both count, none is lost.

    Its view reads the row under a lock before it binds the form. After `is_valid()` `conflicts` holds what was changed
    both here and there, as components/conflicts.html shows it; then the form is not valid, and answered with 409.
    Subclasses say with `stored()` which fields it is about.
    """

    base = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.conflicts: list[dict] = []
        self.initial["base"] = self._base  # asked when it is shown, when the form has all its fields

    def _base(self) -> str:
        return json.dumps(fingerprints(self.stored()), separators=(",", ":"))

    @property
    def status(self) -> int:
        """Of the answer that shows this form."""
        return 409 if self.conflicts else 400 if self.is_bound and self.errors else 200

    def stored(self) -> dict:
        """What the fields hold in the database."""
        raise NotImplementedError

    def is_newest(self) -> bool:
        """Whether the form says that it was made from the row as it is now."""
        return False

    def stored_version(self) -> str:
        return ""

    def clean(self):
        cleaned = super().clean() or {}
        if stored := self.stored():
            base = posted_base({"base": self.data.get(self.add_prefix("base"))})
            unread = {name: base.pop(name) for name in self._unread() if name in base}
            mine = {name: value for name, value in cleaned.items() if name in stored}
            merge = self.merge(stored, mine, base)
            cleaned |= {name: self._stored_value(name) for name in merge.others}
            self._show(fingerprints(stored) | unread, merge)
        return cleaned

    def _unread(self) -> list[str]:
        """Fields that cannot be read: neither merged nor taken as read, the next save asks about them again."""
        return list(self.errors)

    def merge(self, stored: dict, mine: dict, base: dict) -> Merge:
        return merged(stored, mine, base, is_newest=self.is_newest())

    def _stored_value(self, name):
        """As `cleaned_data` would hold it."""
        return self.get_initial_for_field(self.fields[name], name)

    def _show(self, base, merge) -> None:
        """From here on the form shows what another tab has written in untouched fields, and knows what is stored."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data[self.add_prefix("base")] = json.dumps(base)
        data[self.add_prefix("version")] = self.stored_version()
        for name, value in merge.others.items():
            key, plain = self.add_prefix(name), _plain(self.fields[name].prepare_value(value))
            if isinstance(plain, list):
                data.setlist(key, plain)
            elif plain == "":
                data.pop(key, None)
            else:
                data[key] = plain
        self.data = data
        for each in merge.conflicts:
            bound = self[each.field]
            row = {"label": bound.label, "theirs": self._words(each.field, each.theirs), "target": bound.auto_id}
            self.conflicts.append(row)
        if merge.conflicts:
            self.add_error(None, _("Another tab has changed the same fields. Nothing was overwritten."))

    def _words(self, name, value) -> str:
        """A stored value as its reader would name it."""
        if isinstance(value, date):
            return day_in_words(value, "D j M Y")
        given = list(value) if hasattr(value, "__iter__") and not isinstance(value, str) else [value]
        if all(isinstance(each, Model) for each in given):
            return ", ".join(sorted(map(str, given)))
        choices = {str(key): str(label) for key, label in getattr(self.fields[name], "choices", None) or ()}
        return ", ".join(choices.get(str(each), each) for each in map(str, map(_plain, given)))


class Deciding(Merging):
    """The form of one action that replaces what is stored. Its fields start empty, so there is nothing to merge.

    What somebody has decided since the form was opened is shown first, and the action waits to be sent again.
    """

    def _unread(self) -> list[str]:
        """None: what is stored is shown whatever was typed."""
        return []

    def merge(self, stored: dict, mine: dict, base: dict) -> Merge:
        since = [name for name, value in stored.items() if base.get(name) != fingerprint(value)]
        is_done = [name for name in since if name in mine and fingerprint(mine[name]) == fingerprint(stored[name])]
        return Merge(conflicts=[Conflict(name, stored[name], mine.get(name)) for name in since if name not in is_done])


class MergingForm(Merging, forms.ModelForm):
    """The form of a row of a model. A new row has nothing that could be overwritten."""

    def stored(self) -> dict:
        """What the fields hold in the database, for a row that is there; nothing for a new one."""
        if self.instance._state.adding:
            return {}
        names = [name for name, field in self.fields.items() if not field.widget.is_hidden]
        return {name: self.get_initial_for_field(self.fields[name], name) for name in names}

    def is_newest(self) -> bool:
        try:
            return posted_version(self.data) == getattr(self.instance, "version", None)
        except NotAVersion:
            self.add_error(None, _("This page was damaged on its way. Check it and save again."))
            return False

    def stored_version(self) -> str:
        return str(getattr(self.instance, "version", ""))

    def _stored_value(self, name):
        field, value = self.fields[name], super()._stored_value(name)
        is_one_row = isinstance(field, forms.ModelChoiceField) and not isinstance(field, forms.ModelMultipleChoiceField)
        return getattr(self.instance, name) if is_one_row else value
