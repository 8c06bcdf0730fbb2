"""A measured value in words."""

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from goals.states import Measure


def plain(value) -> str:
    """The number in the reader's language, without trailing zeros."""
    value = Decimal(value)
    short = value.quantize(1) if value == value.to_integral() else value.normalize()
    return number_format(short, use_l10n=True, force_grouping=True)


def in_words(value, kind: str, unit: str = "") -> str:
    """ "30 %", "EUR 0.12", "24 hours", "done"; a dash where nothing was measured."""
    if value is None:
        return "–"
    if kind == Measure.YES_NO:
        return _("done") if value >= 1 else _("not done")
    if kind == Measure.MONEY:
        return f"{unit} {plain(value)}".strip()
    unit = "%" if kind == Measure.PERCENT else unit
    return f"{plain(value)} {unit}".strip()
