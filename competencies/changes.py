"""What differs between two versions of a catalogue: codes, their sentences, and what is expected of each grade."""

from django.utils.translation import gettext as _


def compare(before, after) -> dict:
    """`added`, `removed`: codes; `changed`: {code, rows: [{label, before, after}]}. Six queries for any size."""
    old = {code.key: code for code in before.codes.with_levels()}
    new = {code.key: code for code in after.codes.with_levels()}
    changed = [{"code": new[key], "rows": differences(old[key], new[key])} for key in new if key in old]
    return {
        "added": [code for key, code in new.items() if key not in old],
        "removed": [code for key, code in old.items() if key not in new],
        "changed": [row for row in changed if row["rows"]],
    }


def differences(old, new) -> list[dict]:
    """The lines that differ between two versions of one code."""
    left, right = lines_of(old), lines_of(new)
    labels = list(left) + [label for label in right if label not in left]
    pairs = [{"label": label, "before": left.get(label, ""), "after": right.get(label, "")} for label in labels]
    return [pair for pair in pairs if pair["before"] != pair["after"]]


def lines_of(code) -> dict[str, str]:
    """Everything that is said about a code, by label."""
    lines = {
        _("Title"): code.title,
        _("Description"): code.description,
        _("Category"): str(code.get_category_display()),
        _("Asked of everybody"): _("yes") if code.is_core else _("no"),
    }
    lines |= {_("Sentence %(level)s") % {"level": row.level}: row.text for row in code.indicators.all()}
    expected = {_("Expected of %(grade)s") % {"grade": row.grade_id}: row.level for row in code.expectations.all()}
    return lines | {label: str(level) for label, level in expected.items()}
