"""What HR does to a draft besides writing a code: order, retire, bring back, answers of scales, its note."""

from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from competencies.models import Catalogue, Code, Expectation, Indicator, Point, Scale
from competencies.policies import CataloguePolicy
from competencies.presenters import in_order
from competencies.versions import PARTS
from foundation.audit.events import record
from people.models import User

CODE_FIELDS = ("category", "title", "description", "is_core", "sfia")
SCALE_FIELDS = ("title", "used_for", "hint", "example_at_or_below")
POINT_FIELDS = ("order", "key", "score", "weight", "label", "definition")


def locked_draft(catalogue_id: UUID, *, by: User) -> Catalogue:
    """The draft, locked until the transaction ends. Raises PermissionDenied unless `by` may edit it."""
    catalogue = Catalogue.objects.select_for_update().get(pk=catalogue_id)
    if not CataloguePolicy.allows(by, catalogue, "edit"):
        raise PermissionDenied(f"{by.pk} may not edit {catalogue.pk}")
    return catalogue


# --- order -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def move_past(code: Code, other: Code, *, is_up: bool, by: User) -> bool:
    """Put `code` right before `other` (`is_up`) or right after it; False where it stands on that side already.

    What is asked for is a relation of two codes, so it holds whatever another tab has moved meanwhile, and a second
    click changes nothing.
    """
    draft = locked_draft(code.catalogue_id, by=by)
    keys = [each.key for each in in_order(draft.codes.all())]
    place, wanted = keys.index(code.key), keys.index(other.key)
    if (place < wanted) == is_up:
        return False
    keys = [key for key in keys if key != code.key]
    keys.insert(keys.index(other.key) + (0 if is_up else 1), code.key)
    _renumber(draft, keys)
    record(draft, "codes_reordered", by=by, code=code.key)
    return True


def _renumber(draft: Catalogue, keys: Sequence[str]) -> None:
    """Store the order of `keys`, from 0, in one query for any number of codes."""
    places = {key: place for place, key in enumerate(keys)}
    moved = [code for code in draft.codes.all() if code.order != places[code.key]]
    for code in moved:
        code.order = places[code.key]
    Code.objects.bulk_update(moved, ["order"])


# --- retire and bring back -------------------------------------------------------------------------------------------
@transaction.atomic
def retire(code: Code, *, by: User) -> None:
    """Take `code` out of its draft; questions that ask about it stay, without a code."""
    draft = locked_draft(code.catalogue_id, by=by)
    record(draft, "code_retired", by=by, code=code.key)
    code.delete()


@transaction.atomic
def bring_back(code: Code, draft: Catalogue, *, by: User) -> Code:
    """Make the draft's code of this key what `code` is in the version in use, retired or changed as it may be.

    Questions of the draft that have lost the code ask about it again.
    """
    draft = locked_draft(draft.pk, by=by)
    copy = draft.codes.filter(key=code.key).first()
    if copy is None:
        copy = Code(catalogue=draft, key=code.key, order=code.order)
    for name in CODE_FIELDS:
        setattr(copy, name, getattr(code, name))
    copy.save()
    copy.indicators.all().delete()
    Indicator.objects.bulk_create(Indicator(code=copy, level=row.level, text=row.text) for row in code.indicators.all())
    copy.expectations.all().delete()
    Expectation.objects.bulk_create(
        Expectation(code=copy, grade_id=row.grade_id, level=row.level) for row in code.expectations.all()
    )
    for part in PARTS:
        part.bring_back(code, copy)
    record(draft, "code_brought_back", by=by, code=code.key)
    return copy


# --- scales ----------------------------------------------------------------------------------------------------------
@transaction.atomic
def add_point(point: Point, *, by: User) -> Point:
    """Add an answer to a scale of a draft: those with a score in its order, those without last."""
    scale = Scale.objects.get(pk=point.scale_id)
    draft = locked_draft(scale.catalogue_id, by=by)
    point.key = _free_key(scale, point.label)
    point.order = (scale.points.aggregate(last=Max("order"))["last"] or 0) + 1
    point.save()
    points = sorted(scale.points.all(), key=lambda each: (each.score is None, each.score or 0, each.order))
    for place, each in enumerate(points):
        each.order = place
    Point.objects.bulk_update(points, ["order"])
    record(draft, "point_added", by=by, scale=scale.key)
    return point


def _free_key(scale: Scale, label: str) -> str:
    """A key made of `label` that no answer of the scale has."""
    stem = slugify(label).replace("-", "_")[:30] or "answer"
    taken = set(scale.points.values_list("key", flat=True))
    numbered = (f"{stem}_{number}" for number in range(2, len(taken) + 3))
    return next(key for key in (stem, *numbered) if key not in taken)


@transaction.atomic
def remove_point(point: Point, *, by: User) -> None:
    draft = locked_draft(point.scale.catalogue_id, by=by)
    record(draft, "point_removed", by=by, scale=point.scale.key)
    point.delete()


@transaction.atomic
def reset_scale(scale: Scale, *, by: User) -> None:
    """Make a scale of a draft what it is in the version in use. Raises DoesNotExist where that has none of its key.

    Its answers keep their rows, as far as they are there: questions may ask with them.
    """
    draft = locked_draft(scale.catalogue_id, by=by)
    original = Scale.objects.in_use().get(key=scale.key)
    for name in SCALE_FIELDS:
        setattr(scale, name, getattr(original, name))
    scale.save()
    kept = {point.key: point for point in scale.points.all()}
    points = list(original.points.all())
    for source in points:
        point = kept.pop(source.key, None) or Point(scale=scale)
        for name in POINT_FIELDS:
            setattr(point, name, getattr(source, name))
        point.save()
    for extra in kept.values():
        extra.delete()
    record(draft, "scale_brought_back", by=by, scale=scale.key)
