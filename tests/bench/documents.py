"""PDFs against bare WeasyPrint on the same HTML: one by one, and a zip with as many presses as there are cores."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

BARE = """
import sys, time
from pathlib import Path
from weasyprint import CSS, HTML
from reviews.documents.render import OurFonts, STYLES
from weasyprint.text.fonts import FontConfiguration
html = Path(sys.argv[1]).read_text()
for _ in range(int(sys.argv[2])):
    began = time.perf_counter()
    fonts, door = FontConfiguration(), OurFonts()
    styles = CSS(string=STYLES.read_text(), font_config=fonts, url_fetcher=door)
    HTML(string=html, url_fetcher=door).write_pdf(
        stylesheets=[styles], font_config=fonts, pdf_variant="pdf/ua-1", pdf_tags=True)
    print(time.perf_counter() - began)
"""


def bare(html: str, repeats: int) -> float:
    """Seconds of bare WeasyPrint in a warm process of its own; the first run, which loads fonts, is left out."""
    with tempfile.NamedTemporaryFile("w", suffix=".html") as file:
        file.write(html)
        file.flush()
        done = subprocess.run(
            [sys.executable, "-c", BARE, file.name, str(repeats + 1)], stdout=subprocess.PIPE, text=True, check=True
        )
    return median(float(line) for line in done.stdout.split()[1:])


def delivered(count: int):
    from reviews.models import Review

    return list(Review.objects.filter(cycle__name="Last half-year").order_by("pk")[:count])


def one(repeats: int) -> dict:
    """The summary of one review as HR gets it, from the database to the bytes."""
    from people.models import User
    from reviews.documents.pdf_worker import IDLE
    from reviews.documents.services import html_for, issue, load_for_document
    from reviews.models import Review
    from reviews.states import Audience
    from tests.bench.work import high_water, timed

    hr = User.objects.with_parts().get(email="hr@bench.example")
    pks = [review.pk for review in delivered(repeats + 1)]

    def make(pk):
        issue(load_for_document(Review.objects.all(), pk), Audience.HR, by=hr)

    make(pks[0])
    took = median(timed(lambda pk=pk: make(pk)) for pk in pks[1:])
    floor = bare(html_for(load_for_document(Review.objects.all(), pks[1]), Audience.HR, hr), repeats)
    memory = max(high_water(worker.process.pid) for worker in IDLE.queue)
    return {"seconds": took, "floor": floor, "ratio": took / floor, "memory": memory}


def many(count: int, floor: float) -> dict:
    """A zip of `count` summaries as the job makes it, against `count` × bare ÷ cores."""
    from foundation.outbox.models import Job
    from people.models import User
    from reviews.documents import exports
    from reviews.models import Cycle

    cycle, hr = Cycle.objects.get(name="Last half-year"), User.objects.get(email="hr@bench.example")
    job = Job.objects.create(kind="cycle_zip", owner=hr, target_id=cycle.pk, key=f"bench:{time.time()}", data={})
    ids = [review.pk for review in delivered(count)]
    whole, exports.exportable = exports.exportable, lambda *given: whole(*given).filter(pk__in=ids)
    began = time.perf_counter()
    try:
        exports.make_zip(job)
    finally:
        exports.exportable = whole
    took, ideal = time.perf_counter() - began, len(ids) * floor / (os.cpu_count() or 1)
    Path(job.file.path).unlink()
    return {"seconds": took, "documents": len(ids), "floor": ideal, "ratio": took / ideal}
