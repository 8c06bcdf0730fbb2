"""What differs between two versions of a catalogue: codes, their sentences, and what is expected of each grade."""

from django.utils.translation import gettext as _

from competencies.models import Scale


def compare(before, after) -> dict:
    """`added`, `removed`: codes; `changed`: {code, rows: [{label, before, after}]}; `scales`: {scale, rows}."""
    old = {code.key: code for code in before.codes.with_levels()}
    new = {code.key: code for code in after.codes.with_levels()}
    changed = [{"code": new[key], "rows": differences(old[key], new[key])} for key in new if key in old]
    return {
        "added": [code for key, code in new.items() if key not in old],
        "removed": [code for key, code in old.items() if key not in new],
        "changed": [row for row in changed if row["rows"]],
        "scales": scale_changes(before, after),
    }


def scale_changes(before, after) -> list[dict]:
    """`{scale, rows}` of the scales whose words differ, and of those that are there in one version only."""
    scales = Scale.objects.filter(catalogue__in=[before, after]).prefetch_related("points")
    old = {scale.key: scale for scale in scales if scale.catalogue_id == before.pk}
    new = {scale.key: scale for scale in scales if scale.catalogue_id == after.pk}
    changed = [
        {"scale": scale, "rows": pairs(words_of(old.get(key)), words_of(new.get(key)))}
        for key, scale in (old | new).items()
    ]
    return [each for each in changed if each["rows"]]


def words_of(scale) -> dict[str, str]:
    """Everything that is said about a scale, by label; nothing about one that is not there."""
    if scale is None:
        return {}
    lines = {_("Title"): scale.title, _("Hint"): scale.hint}
    limit = scale.example_at_or_below
    lines[_("Example asked for at or below")] = "" if limit is None else str(limit)
    for number, point in enumerate(scale.points.all(), start=1):
        lines[_("Answer %(number)d") % {"number": number}] = point.label
        lines[_("Answer %(number)d, its sentence") % {"number": number}] = point.definition
    return lines


def differences(old, new) -> list[dict]:
    """The lines that differ between two versions of one code."""
    return pairs(lines_of(old), lines_of(new))


def pairs(left: dict[str, str], right: dict[str, str]) -> list[dict]:
    """`{label, before, after}` of the lines that differ."""
    labels = list(left) + [label for label in right if label not in left]
    rows = [{"label": label, "before": left.get(label, ""), "after": right.get(label, "")} for label in labels]
    return [row for row in rows if row["before"] != row["after"]]


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
