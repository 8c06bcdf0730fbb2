"""What was released, as a table. It knows `Feedback` and nothing else, so it can show no more than the page."""

import csv
import io

from django.utils.translation import gettext as _

from feedback.summaries import Feedback

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\0")


def as_csv(feedback: Feedback) -> str:
    """One row per block and choice, then one per text; no ids, no times, no number of authors beside a text."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_("Code"), _("Group"), _("People"), _("Choice or theme"), _("Count"), _("Text")])
    for row in _rows(feedback):
        writer.writerow([safe(cell) for cell in row])
    return out.getvalue()


def _rows(feedback):
    for result in feedback.codes:
        for block in result.blocks:
            for each in block.spread:
                yield result.title, block.label, block.n, each.label, each.count, ""
    for pool in feedback.pools:
        for each in pool.texts:
            yield "", pool.label, "", pool.heading, "", each.text
    for each in feedback.named:
        yield each.question, each.giver, "", each.choice, "", each.text


def safe(cell) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = str(cell)
    return f"'{text}" if text.startswith(DANGEROUS) else text
