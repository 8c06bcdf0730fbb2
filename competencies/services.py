"""Actions over a whole catalogue: reading the starter content, and opening the next version as a copy."""

from hashlib import sha256
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from competencies.models import Catalogue, Code, Expectation, Indicator, Point, Scale
from competencies.policies import CataloguePolicy
from competencies.versions import PARTS, Copied, copy_rows
from foundation.audit.events import record
from foundation.audit.models import Event
from foundation.content import Node, read_content
from foundation.workflow.moves import perform
from people.models import Grade

STARTER = Path(__file__).parent / "starter"


def starter(name: str) -> Node:
    """One of this app's own YAML files. Raises ContentError."""
    return read_content(STARTER / f"{name}.yaml", schema_version=1)


@transaction.atomic
def load_starter_catalogue() -> Catalogue:
    """The shipped grades, codes and scales with what other apps add as version 1; the present one if there is any."""
    if Catalogue.objects.exists():
        return Catalogue.objects.current()
    return perform(_shipped(version=1), "publish")


@transaction.atomic
def offer_shipped_content() -> Catalogue | None:
    """What a new release ships, as a draft for HR to look at and publish; running cycles keep what they have.

    None when this content was loaded or discarded before, and while another draft is open.
    """
    digest = shipped_digest()
    is_known = Catalogue.objects.filter(shipped=digest).exists() or Event.objects.filter(key=refusal(digest)).exists()
    if is_known or Catalogue.objects.drafts().exists():
        return None
    draft = _shipped(version=Catalogue.objects.latest("version").version + 1, note=_("Content of a new release."))
    record(draft, "created")
    return draft


def refusal(digest: str) -> str:
    """The key of the event that shipped content was discarded."""
    return f"catalogue.discarded:{digest}"


def shipped_digest() -> str:
    """SHA-256 of all files of shipped content that belong to a version, as hexadecimal digits."""
    folders = [STARTER, *(part.folder for part in PARTS)]
    files = sorted((path.name, path.read_bytes()) for folder in folders for path in folder.glob("*.yaml"))
    return sha256(b"".join(name.encode() + content for name, content in files)).hexdigest()


def _shipped(**fields) -> Catalogue:
    """A draft with the shipped content."""
    _load_grades(starter("job_grades").nodes("job_grades"))
    catalogue = Catalogue.objects.create(title="MLOps engineering", shipped=shipped_digest(), **fields)
    load_codes(catalogue, list(starter("performance_codes").nodes("codes")))
    _load_scales(catalogue, starter("rating_scales"))
    for part in PARTS:
        part.load(catalogue)
    return catalogue


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
    record(catalogue, "discarded", by=by, key=refusal(catalogue.shipped) if catalogue.shipped else None)
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


def load_codes(catalogue, rows) -> None:
    """Add the codes of the content nodes `rows` with sentences and expectations, in their order from 0."""
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
    for row in [*content.nodes("rating_scales"), content.node("contact_scale")]:
        scale = Scale.objects.create(
            catalogue=catalogue,
            key=row["key"],
            title=row["title"],
            used_for=row.get("used_for", "contact"),
            hint=row.get("question_hint", ""),
            example_at_or_below=row.get("example_required_at_or_below"),
        )
        Point.objects.bulk_create(
            Point(scale=scale, order=order, **point.value) for order, point in enumerate(row.nodes("points"))
        )
