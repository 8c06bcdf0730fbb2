"""One version of the catalogue as one YAML file: what is exported imports as a draft, and exports again the same."""

from collections.abc import Callable
from typing import Any

import yaml
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from competencies import checks, versions
from competencies.forms import KEY as CODE_KEY
from competencies.models import Catalogue, Code, Expectation, Indicator, Point, Scale
from competencies.states import LEVELS, Category
from competencies.uploaded import FileRefused, Row, parsed
from foundation.audit.events import record
from people.models import Grade, User

KIND, SCHEMA = "plumbline_catalogue", 1
GRADE_FIELDS = ("title", "scope", "autonomy", "impact", "collaborates_with")
MOST_SCORE = 100


# --- export ----------------------------------------------------------------------------------------------------------
def exported(catalogue: Catalogue) -> bytes:
    """All of a version but its number, its days and its ids."""
    checks.read(catalogue)
    grades = {row.grade for code in catalogue.codes.all() for row in code.expectations.all()}
    content: dict[str, Any] = {
        "kind": KIND,
        "schema_version": SCHEMA,
        "title": catalogue.title,
        "note": catalogue.note,
        "grades": [_grade(grade) for grade in sorted(grades, key=lambda each: each.order)],
        "scales": [_scale(scale) for scale in catalogue.scales.all()],
        "codes": [_code(code) for code in catalogue.codes.all()],
    }
    for part in versions.PARTS:
        content |= part.to_file(catalogue)
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120).encode()


def _grade(grade: Grade) -> dict:
    texts = {name: getattr(grade, name) for name in GRADE_FIELDS}
    return {"key": grade.key, "order": grade.order, **texts, "may_have_reports": grade.may_have_reports}


def _scale(scale: Scale) -> dict:
    return {
        "key": scale.key,
        "title": scale.title,
        "used_for": scale.used_for,
        "hint": scale.hint,
        "example_at_or_below": scale.example_at_or_below,
        "points": [
            {
                "key": point.key,
                "score": point.score,
                "weight": point.weight,
                "label": point.label,
                "definition": point.definition,
            }
            for point in scale.points.all()
        ],
    }


def _code(code: Code) -> dict:
    return {
        "key": code.key,
        "category": code.category,
        "title": code.title,
        "description": code.description,
        "is_core": code.is_core,
        "sfia": code.sfia,
        "indicators": {row.level: row.text for row in code.indicators.all()},
        "expected_levels": {row.grade_id: row.level for row in code.expectations.all()},
    }


# --- import ----------------------------------------------------------------------------------------------------------
@transaction.atomic
def imported(content: bytes, *, by: User) -> Catalogue:
    """A draft with what the file holds; grades that are not there yet are added. Raises FileRefused; nothing is stored.

    Refused too while another draft is open: there is one at a time.
    """
    if Catalogue.objects.drafts().exists():
        raise FileRefused([_("Another draft is open. Publish or discard it first.")])
    value = parsed(content)
    if not isinstance(value, dict) or value.get("kind") != KIND or value.get("schema_version") != SCHEMA:
        raise FileRefused([_("This is not an exported version of the catalogue, or it is from another release.")])
    top = Row(value, "", known={"kind", "schema_version"})
    fields = {"title": top.text("title", 160, is_needed=True), "note": top.text("note")}
    steps = [_read_grades(top), _read_scales(top), _read_codes(top)]
    steps += [part.from_file(top) for part in versions.PARTS]
    top.done()
    if top.errors:
        raise FileRefused(top.errors)
    last = Catalogue.objects.aggregate(last=Max("version"))["last"] or 0
    draft = Catalogue.objects.create(version=last + 1, **fields)
    for store in steps:
        store(draft)
    record(draft, "imported", by=by)
    return draft


def _read_grades(top: Row) -> Callable[[Catalogue], None]:
    there = {grade.key: grade.order for grade in Grade.objects.all()}
    orders = set(there.values())
    grades = []
    for row in top.rows("grades", 100):
        key, order = row.text("key", 20, is_needed=True), row.number("order", 0, 1000)
        texts = {name: row.text(name, 120 if name == "title" else 20_000) for name in GRADE_FIELDS}
        grade = Grade(key=key, order=order, may_have_reports=row.flag("may_have_reports"), **texts)
        row.done()
        if key in there:
            continue
        if order in orders:
            row.error("order", _("another grade has this place"))
        orders.add(order)
        grades.append(grade)

    def store(_catalogue: Catalogue) -> None:
        Grade.objects.bulk_create(grades)

    return store


def _read_scales(top: Row) -> Callable[[Catalogue], None]:
    scales: list[tuple[Scale, list[Point]]] = []
    for row in top.rows("scales", 100):
        scale = Scale(
            key=row.key(),
            title=row.text("title", 160, is_needed=True),
            used_for=row.text("used_for", 40),
            hint=row.text("hint"),
            example_at_or_below=row.number_or_none("example_at_or_below", 0, MOST_SCORE),
        )
        points = []
        for order, each in enumerate(row.rows("points", 50)):
            points.append(
                Point(
                    scale=scale,
                    order=order,
                    key=each.key(),
                    score=each.number_or_none("score", 0, MOST_SCORE),
                    weight=each.share("weight"),
                    label=each.text("label", 120, is_needed=True),
                    definition=each.text("definition"),
                )
            )
            each.done()
        row.done()
        scales.append((scale, points))

    def store(catalogue: Catalogue) -> None:
        for scale, _points in scales:
            scale.catalogue = catalogue
        Scale.objects.bulk_create(scale for scale, _points in scales)
        Point.objects.bulk_create(point for _scale, points in scales for point in points)

    return store


def _read_codes(top: Row) -> Callable[[Catalogue], None]:
    grades = {each.get("key") for each in top.value.get("grades") or [] if isinstance(each, dict)}
    grades |= set(Grade.objects.values_list("key", flat=True))
    codes: list[Code] = []
    levels: list[Indicator | Expectation] = []
    for order, row in enumerate(top.rows("codes", 1000)):
        code = Code(
            key=row.key(most=20, pattern=CODE_KEY),
            category=row.one_of("category", Category.values),
            order=order,
            title=row.text("title", 160, is_needed=True),
            description=row.text("description"),
            is_core=row.flag("is_core"),
            sfia=row.text("sfia", 120),
        )
        codes.append(code)
        for level, _text in row.pairs("indicators"):
            within = Row({"text": _text}, f"{row.path}.indicators[{level}]", row.errors)
            if level not in LEVELS or isinstance(level, bool):
                within.error("", _("levels run from 1 to 5"))
                continue
            levels.append(Indicator(code=code, level=level, text=within.text("text")))
        for grade, level in row.pairs("expected_levels"):
            within = Row({"level": level}, f"{row.path}.expected_levels[{grade}]", row.errors)
            if grade not in grades:
                within.error("", _("there is no such grade"))
            levels.append(Expectation(code=code, grade_id=grade, level=within.number("level", 1, 5, default=1)))
        row.done()

    def store(catalogue: Catalogue) -> None:
        for code in codes:
            code.catalogue = catalogue
        Code.objects.bulk_create(codes)
        Indicator.objects.bulk_create(each for each in levels if isinstance(each, Indicator))
        Expectation.objects.bulk_create(each for each in levels if isinstance(each, Expectation))

    return store
