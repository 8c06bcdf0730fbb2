"""What is wrong with a version of the catalogue, in sentences. Errors stop publishing, warnings do not."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.apps import apps
from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from competencies import versions
from competencies.states import LEVELS
from foundation.workflow.moves import guard

LABEL_FITS = 45  # characters of an answer that stay on one line of a phone
FEWEST_SCORED = 2
LEVEL_SCALE = "performance_codes"
UNSCORED_SCALE = "contact"


@dataclass(frozen=True)
class Finding:
    """One sentence, and where it is put right."""

    text: str
    url: str = ""
    is_error: bool = True


def read(*catalogues: Any) -> None:
    """Everything that is checked and compared, in five queries; none for what was read already."""
    expectations = apps.get_model("competencies", "Expectation").objects.select_related("grade")
    prefetch_related_objects(
        catalogues, "codes__indicators", Prefetch("codes__expectations", expectations), "scales__points"
    )


def findings(catalogue: Any) -> list[Finding]:
    """Errors first, then warnings, each in the order of the catalogue. The number of queries does not grow with it."""
    read(catalogue)
    found = [*_of_version(catalogue), *_of_codes(catalogue), *_of_scales(catalogue)]
    for part in versions.PARTS:
        found += part.findings(catalogue)
    return sorted(found, key=lambda each: not each.is_error)


def first_error(catalogue: Any) -> str:
    """The first error in words, with the number of those that follow; empty when there is none."""
    errors = [each for each in findings(catalogue) if each.is_error]
    if not errors:
        return ""
    if len(errors) == 1:
        return errors[0].text
    more = len(errors) - 1
    rest = ngettext("One more error stops publishing.", "%(count)d more errors stop publishing.", more)
    return f"{errors[0].text} {rest % {'count': more}}"


@guard(first_error)
def has_no_errors(catalogue: Any) -> bool:
    return not any(each.is_error for each in findings(catalogue))


def _of_version(catalogue) -> Iterator[Finding]:
    codes = list(catalogue.codes.all())
    if catalogue.version > 1 and not catalogue.note.strip():
        yield Finding(_("Say what changed in this version."), reverse("competencies:edit", args=[catalogue.pk]))
    if not codes:
        yield Finding(_("Add at least one code."), reverse("competencies:code_new", args=[catalogue.pk]))
    elif not any(code.is_core for code in codes):
        yield Finding(_("No code is core, so nobody would be rated on any."), is_error=False)


# --- codes -----------------------------------------------------------------------------------------------------------
def _of_codes(catalogue) -> Iterator[Finding]:
    codes = list(catalogue.codes.all())
    grades = {row.grade_id for code in codes for row in code.expectations.all()}
    keys, titles = Counter(code.key.casefold() for code in codes), Counter(code.title.casefold() for code in codes)
    for code in codes:
        url = reverse("competencies:code_edit", args=[code.pk])
        for text in _errors_of_code(code):
            yield Finding(f"{code.key}: {text}", url)
        if keys[code.key.casefold()] > 1:
            yield Finding(_("%(key)s: another code has the same key. Change one of them.") % {"key": code.key}, url)
        if titles[code.title.casefold()] > 1:
            yield Finding(_("%(key)s: another code has the same title.") % {"key": code.key}, url, is_error=False)
        for text in _warnings_of_code(code, grades):
            yield Finding(f"{code.key}: {text}", url, is_error=False)


def _errors_of_code(code) -> Iterator[str]:
    written = {row.level for row in code.indicators.all() if row.text.strip()}
    missing = [str(level) for level in LEVELS if level not in written]
    if missing:
        text = ngettext(
            "write the sentence for level %(levels)s.", "write the sentences for levels %(levels)s.", len(missing)
        )
        yield text % {"levels": ", ".join(missing)}
    ordered = sorted(code.expectations.all(), key=lambda row: row.grade.order)
    for lower, higher in pairwise(ordered):
        if higher.level < lower.level:
            words = {"higher": higher.grade_id, "after": higher.level, "lower": lower.grade_id, "before": lower.level}
            yield (
                _(
                    "%(higher)s is expected at level %(after)d, below %(lower)s at level %(before)d. "
                    "Raise the one or lower the other."
                )
                % words
            )


def _warnings_of_code(code, grades: set) -> Iterator[str]:
    expected = {row.grade_id for row in code.expectations.all()}
    if not expected:
        yield _("no level is expected of any grade.")
    elif without := sorted(grades - expected):
        yield _("no level is expected of %(grades)s.") % {"grades": ", ".join(without)}
    texts = Counter(row.text.strip() for row in code.indicators.all() if row.text.strip())
    if any(count > 1 for count in texts.values()):
        yield _("two levels have the same sentence.")
    if not code.description.strip():
        yield _("the description is empty.")


# --- scales ----------------------------------------------------------------------------------------------------------
def _of_scales(catalogue) -> Iterator[Finding]:
    for scale in catalogue.scales.all():
        url = reverse("competencies:scale_edit", args=[scale.pk])
        points = list(scale.points.all())
        for text in _errors_of_scale(scale, points):
            yield Finding(f"{scale.title}: {text}", url)
        for text in _warnings_of_scale(scale, points):
            yield Finding(f"{scale.title}: {text}", url, is_error=False)


def _errors_of_scale(scale, points) -> Iterator[str]:
    scores = [point.score for point in points if point.score is not None]
    labels = Counter(point.label.strip().casefold() for point in points)
    if scale.used_for == UNSCORED_SCALE:
        if len(points) < FEWEST_SCORED:
            yield _("add at least two answers.")
    elif len(scores) < FEWEST_SCORED:
        yield _("add at least two answers with a score.")
    for score, count in Counter(scores).items():
        if count > 1:
            yield _("two answers have the score %(score)d. Remove one of them.") % {"score": score}
    if scale.used_for == LEVEL_SCALE and set(scores) != set(LEVELS):
        yield _("codes have five levels, so this scale needs the scores 1 to 5.")
    if any(count > 1 for count in labels.values()):
        yield _("two answers have the same label.")


def _warnings_of_scale(scale, points) -> Iterator[str]:
    for point in points:
        if len(point.label) > LABEL_FITS:
            words = {"label": point.label, "count": len(point.label), "most": LABEL_FITS}
            yield _("“%(label)s” has %(count)d characters; more than %(most)d do not fit its badge.") % words
    if scale.used_for != UNSCORED_SCALE and all(point.score is not None for point in points):
        yield _("add an answer without a score, such as “Not observed”, so that nobody has to guess.")
