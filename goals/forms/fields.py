"""What the forms about goals are made of."""

from decimal import Decimal

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.db.models import Q

from competencies.models import Catalogue, Code


class Day(forms.DateInput):
    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d")


class Amount(forms.NumberInput):
    """A number without trailing zeros, any step."""

    def __init__(self):
        super().__init__({"step": "any", "inputmode": "decimal"})

    def format_value(self, value):
        return f"{value.normalize():f}" if isinstance(value, Decimal) else super().format_value(value)


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
