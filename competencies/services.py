"""Actions over a whole catalogue: reading the starter content, and opening the next version as a copy."""

from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.db import transaction

from competencies.models import Catalogue, Code, Expectation, Indicator, Point, Scale
from competencies.policies import CataloguePolicy
from competencies.versions import PARTS, Copied, copy_rows
from foundation.audit.events import record
from foundation.content import read_yaml
from foundation.workflow.moves import perform
from people.models import Grade

STARTER = Path(__file__).parent / "starter"


def starter(name: str) -> dict:
    """One of this app's own YAML files."""
    return read_yaml(STARTER / f"{name}.yaml")


@transaction.atomic
def load_starter_catalogue() -> Catalogue:
    """The shipped grades, codes and scales with what other apps add as version 1; the present one if there is any."""
    if Catalogue.objects.exists():
        return Catalogue.objects.current()
    _load_grades(starter("job_grades")["job_grades"])
    catalogue = Catalogue.objects.create(version=1, title="MLOps engineering")
    _load_codes(catalogue, starter("performance_codes")["codes"])
    _load_scales(catalogue, starter("rating_scales"))
    for part in PARTS:
        part.load(catalogue)
    return perform(catalogue, "publish")


@transaction.atomic
def new_version(*, by, note="") -> Catalogue:
    """Open the next version as a draft, a copy of the current one; the open draft when there is one.

    The number of queries does not grow with the catalogue. Raises PermissionDenied unless `by` prepares catalogues.
    """
    if not by.may("edit_catalogue"):
        raise PermissionDenied(f"{by.pk} may not open a catalogue")
    current = Catalogue.objects.select_for_update().get(pk=Catalogue.objects.current().pk)
    draft = Catalogue.objects.drafts().first()
    if draft is None:
        version = Catalogue.objects.latest("version").version + 1
        draft = Catalogue.objects.create(version=version, title=current.title, note=note)
        _copy_content(current, draft)
        record(draft, "created", by=by)
    return draft


def _copy_content(source, target) -> None:
    catalogue = {source.pk: target.pk}
    codes = copy_rows(Code.objects.filter(catalogue=source), catalogue=catalogue)
    scales = copy_rows(Scale.objects.filter(catalogue=source), catalogue=catalogue)
    copy_rows(Indicator.objects.filter(code__catalogue=source), code=codes)
    copy_rows(Expectation.objects.filter(code__catalogue=source), code=codes)
    copy_rows(Point.objects.filter(scale__catalogue=source), scale=scales)
    for part in PARTS:
        part.copy(Copied(source, target, codes, scales))


@transaction.atomic
def discard(catalogue, *, by) -> None:
    """Throw a draft away with all its content. Raises PermissionDenied for anything but a draft."""
    catalogue = Catalogue.objects.select_for_update().get(pk=catalogue.pk)
    if not CataloguePolicy.allows(by, catalogue, "edit"):
        raise PermissionDenied(f"{by.pk} may not discard {catalogue.pk}")
    record(catalogue, "discarded", by=by)
    catalogue.delete()


@transaction.atomic
def write_code(code, *, sentences: dict, expectations: dict, by) -> Code:
    """Save a code of a draft with its sentences (level → text) and expectations (grade key → level)."""
    catalogue = Catalogue.objects.select_for_update().get(pk=code.catalogue_id)
    if not CataloguePolicy.allows(by, catalogue, "edit"):
        raise PermissionDenied(f"{by.pk} may not edit {catalogue.pk}")
    code.save()
    code.indicators.all().delete()
    Indicator.objects.bulk_create(Indicator(code=code, level=level, text=text) for level, text in sentences.items())
    code.expectations.all().delete()
    rows = [Expectation(code=code, grade_id=grade, level=level) for grade, level in expectations.items() if level]
    Expectation.objects.bulk_create(rows)
    record(catalogue, "code_written", by=by, code=code.key)
    return code


def _load_grades(rows) -> None:
    names = ("key", "order", "title", "scope", "autonomy", "impact", "collaborates_with")
    Grade.objects.bulk_create(
        [Grade(may_have_reports=row["may_have_direct_reports"], **{name: row[name] for name in names}) for row in rows],
        ignore_conflicts=True,
    )


def _load_codes(catalogue, rows) -> None:
    codes = []
    for order, row in enumerate(rows):
        sfia = " ".join([row["sfia"]["code"], row["sfia"]["name"]]) if row.get("sfia") else ""
        names = ("category", "title", "description")
        fields = {name: row[name] for name in names}
        codes.append(Code(catalogue=catalogue, key=row["code"], order=order, is_core=row["core"], sfia=sfia, **fields))
    Code.objects.bulk_create(codes)
    pairs = list(zip(codes, rows, strict=True))
    Indicator.objects.bulk_create(
        Indicator(code=code, level=level, text=text) for code, row in pairs for level, text in row["indicators"].items()
    )
    Expectation.objects.bulk_create(
        Expectation(code=code, grade_id=grade, level=level)
        for code, row in pairs
        for grade, level in row["expected_levels"].items()
    )


def _load_scales(catalogue, content) -> None:
    contact = content["contact_scale"] | {"used_for": "contact"}
    for row in [*content["rating_scales"], contact]:
        scale = Scale.objects.create(
            catalogue=catalogue,
            key=row["key"],
            title=row["title"],
            used_for=row["used_for"],
            hint=row.get("question_hint", ""),
            example_at_or_below=row.get("example_required_at_or_below"),
        )
        Point.objects.bulk_create(Point(scale=scale, order=order, **point) for order, point in enumerate(row["points"]))
