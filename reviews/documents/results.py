"""The results of a cycle as one table for HR: a row per delivered review, made in the background."""

from collections.abc import Iterator
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from competencies.models import Code
from foundation.audit.events import record
from foundation.outbox import jobs
from foundation.outbox.models import Job
from foundation.ui.downloads import cell, csv_lines, started_workbook
from reviews.documents.exports import batched, exportable, may_export
from reviews.models import CalibrationChange, Cycle, Rating, Review
from reviews.states import Rater

STEP = 500  # reviews read at once
KINDS = ("xlsx", "csv")


def start_results(cycle: Cycle, kind: str, *, by) -> Job:
    """Queue the table as `kind` (xlsx or csv); a second click within the minute finds the first."""
    minute = timezone.now().strftime("%Y%m%d%H%M")
    key = f"{cycle.pk}:{by.pk}:{kind}:{minute}"
    return jobs.start("cycle_results", by=by, key=key, target_id=cycle.pk, filename=f"{cycle.name}.{kind}", ending=kind)


@jobs.job_kind("cycle_results", may=may_export)
def make_results(job) -> None:
    """One row per delivered review that the owner of the job handles at this moment."""
    cycle = Cycle.objects.get(pk=job.target_id)
    ids = list(exportable(cycle.pk, job.owner).values_list("pk", flat=True))
    jobs.advance(job, 0, total=len(ids))
    kind = job.data["ending"]
    with jobs.writing_file(job, kind) as path:
        write = {"csv": _write_csv, "xlsx": _write_workbook}[kind]
        write(path, rows_of(job, cycle, ids))
    record(cycle, "export_results", by=job.owner, documents=len(ids))


def rows_of(job, cycle: Cycle, ids: list) -> Iterator[list]:
    """The head, then a row per review; what may be read is asked anew for each STEP of them."""
    codes = list(Code.objects.filter(catalogue=cycle.catalogue_id, is_core=True))
    yield head(codes)
    done = 0
    for some in batched(ids, STEP):
        reviews = exportable(cycle.pk, job.owner).filter(pk__in=some)
        reviews = list(reviews.select_related("subject", "manager", "team", "grade", "evaluation__overall"))
        chosen, before = _ratings_of(reviews), _before_calibration(reviews)
        for review in reviews:
            review.cycle = cycle
            yield row_of(review, codes, chosen, before.get(review.pk, ""))
        done += len(some)
        jobs.advance(job, done)


def head(codes: list[Code]) -> list[str]:
    titles = [
        _("Name"), _("Employee ID"), _("Email address"), _("Team"), _("Grade"), _("Manager"), _("Status"),
        _("Overall result"), _("Result before calibration"), _("Delivered on"), _("Acknowledged on"),
    ]  # fmt: skip
    sides = [(_("Manager"), code) for code in codes] + [(_("Self"), code) for code in codes]
    return titles + [f"{code.key} {side}" for side, code in sides]


def row_of(review: Review, codes: list[Code], chosen: dict, before: str) -> list:
    subject, overall = review.subject, review.evaluation.overall
    ratings = [chosen.get((review.pk, rater, code.pk), "") for rater in (Rater.MANAGER, Rater.SELF) for code in codes]
    return [
        subject.name,
        subject.employee_id or "",
        subject.email,
        review.team.name if review.team else "",
        review.grade.title if review.grade else "",
        review.manager.name,
        review.get_status_display(),
        overall.label if overall else "",
        before,
        _day(review.delivered_at),
        _day(review.acknowledged_at),
        *ratings,
    ]


def _ratings_of(reviews: list[Review]) -> dict:
    """The labels of chosen points by review, rater and code."""
    rows = Rating.objects.filter(review__in=reviews, code__isnull=False)
    found = rows.values_list("review", "rater", "code", "point__label")
    return {(review, rater, code): label for review, rater, code, label in found}


def _before_calibration(reviews: list[Review]) -> dict:
    """By review the label of the result that the first change in calibration replaced."""
    changes = CalibrationChange.objects.filter(review__in=reviews).order_by("-changed_at")
    return dict(changes.values_list("review", "before__label"))


def _day(moment) -> str:
    return timezone.localtime(moment).date().isoformat() if moment else ""


def _write_csv(path: Path, rows: Iterator[list]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(csv_lines(rows))


def _write_workbook(path: Path, rows: Iterator[list]) -> None:
    """Row by row: memory does not grow with the cycle."""
    book = started_workbook(str(path), constant_memory=True)
    bold, sheet = book.add_format({"bold": True}), book.add_worksheet()
    sheet.freeze_panes(1, 1)
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, [cell(value) for value in row], None if number else bold)
    book.close()
