"""What was released, as a table. It knows `Feedback` and nothing else, so it can show no more than the page."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from feedback.results.summaries import Feedback


def rows_of(feedback: Feedback) -> Iterator[tuple]:
    """A head, one row per block and choice, then one per text; no ids, no times, no number of authors beside a text."""
    yield _("Code"), _("Group"), _("People"), _("Choice or theme"), _("Count"), _("Text")
    for result in feedback.codes:
        for block in result.blocks:
            for choice in block.spread:
                yield result.title, block.label, block.n, choice.label, choice.count, ""
        for pool in result.examples:
            for written in pool.texts:
                yield result.title, pool.label, "", pool.heading, "", written.text
    for pool in feedback.pools:
        for written in pool.texts:
            yield "", pool.label, "", pool.heading, "", written.text
    for answer in feedback.named:
        yield answer.question, answer.giver, "", answer.choice, "", answer.text
