"""Fields and widgets of the forms about goals."""

import re
from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.db.models import Q
from django.utils.formats import get_format

from competencies.models import Catalogue, Code


class Day(forms.DateInput):
    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d")


class Amount(forms.TextInput):
    """A number without trailing zeros, with the decimal separator of the reader's language.

    No input of type number: what a browser makes of "1.000" there depends on its own language, not on the page's.
    """

    def __init__(self):
        super().__init__({"inputmode": "decimal", "autocomplete": "off"})

    def format_value(self, value):
        if not isinstance(value, Decimal):
            return super().format_value(value)
        return f"{value.normalize():f}".replace(".", get_format("DECIMAL_SEPARATOR"))


def number_typed(text: str) -> str:
    """`text` as Decimal reads it, understood in the active language: English "1,000.5" and German "1.000,5" alike.

    A separator of thousands groups three digits; standing once before any other number of digits it is the decimal
    one of another language. What is no number comes back as it was.
    """
    text = (
        "".join(text.split())
        .replace("\N{MINUS SIGN}", "-")
        .replace("'", "")
        .replace("\N{RIGHT SINGLE QUOTATION MARK}", "")
    )
    decimal = get_format("DECIMAL_SEPARATOR")
    thousands = "," if decimal == "." else "."
    if re.fullmatch(rf"[+-]?\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+(?:{re.escape(decimal)}\d*)?", text):
        return text.replace(thousands, "").replace(decimal, ".")
    if re.fullmatch(rf"[+-]?\d*{re.escape(thousands)}\d+", text):
        return text.replace(thousands, ".")
    return text.replace(decimal, ".") if thousands not in text else text


class AmountField(forms.DecimalField):
    """A number as people write it in their language; see `number_typed`."""

    def __init__(self, **kwargs: Any):
        defaults: dict[str, Any] = {"max_digits": 16, "decimal_places": 4, "widget": Amount}
        super().__init__(**defaults | kwargs)

    def to_python(self, value):
        return super().to_python(number_typed(value) if isinstance(value, str) else value)


class Ticks(forms.CheckboxSelectMultiple):
    """Boxes for templates that lay them out themselves."""

    def __init__(self):
        super().__init__({"class": "form-check-input"})


class CodesField(forms.ModelMultipleChoiceField):
    """Performance codes of the current catalogue, and those already chosen; shown by goals/_codes.html."""

    def __init__(self, **kwargs):
        super().__init__(Code.objects.none(), required=False, widget=Ticks(), **kwargs)

    def offer(self, instance) -> None:
        current = Catalogue.objects.filter(status="published").order_by("-version").values("pk")[:1]
        chosen = () if instance._state.adding else instance.codes.values("pk")
        self.queryset = Code.objects.filter(Q(catalogue__in=current) | Q(pk__in=chosen))


def laid_out(form, *parts) -> FormHelper:
    if "base" in form.fields:
        parts = ("base", *(part for part in parts if part != "base"))
    form.helper = FormHelper()
    form.helper.form_tag = False  # the template owns <form> and its buttons
    form.helper.layout = Layout(*parts)
    return form.helper


def side_by_side(*fields):
    return Div(*(Div(field, css_class="col-sm") for field in fields), css_class="row")
