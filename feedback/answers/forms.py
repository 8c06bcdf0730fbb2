"""The steps of a questionnaire, declining, and the code that opens a draft elsewhere."""

from django import forms
from django.utils.translation import gettext_lazy as _

from competencies.states import QuestionKind
from feedback.answers.questions import example_of, problems, words_of
from foundation.outbox.mails import fill
from foundation.ui.drafts import DraftText, plain_breaks, why_unstorable

PER_STEP = {QuestionKind.CONTACT: 1, QuestionKind.RATED: 2, QuestionKind.TEXT: 2}
STEP_TITLES: dict[str, object] = {
    QuestionKind.CONTACT: _("How closely you worked together"),
    QuestionKind.RATED: _("What you saw"),
    QuestionKind.TEXT: _("In your own words"),
}


class Step:
    """One page of the questionnaire: `number` from 1, its questions, and the words of its heading."""

    def __init__(self, number: int, kind: str, questions: list):
        self.number, self.kind, self.questions = number, kind, questions
        self.title = STEP_TITLES[kind]

    @property
    def fields(self) -> list[str]:
        """The names of the fields asked on this page."""
        names = [question.key for question in self.questions]
        rated = [question for question in self.questions if question.kind == QuestionKind.RATED]
        return names + [example_of(question) for question in rated]


def steps_of(questions: list) -> list[Step]:
    """The questions in pages that fit a phone: one kind per page, few of them."""
    pages: list[tuple] = []
    for question in questions:
        is_full = not pages or pages[-1][0] != question.kind or len(pages[-1][1]) == PER_STEP[question.kind]
        if is_full:
            pages.append((question.kind, []))
        pages[-1][1].append(question)
    return [Step(number, kind, page) for number, (kind, page) in enumerate(pages, start=1)]


class StepForm(forms.Form):
    """One page of the questionnaire. `problems` decides what is missing; here it only reaches the right field."""

    def __init__(self, step: Step, request, data=None, **options):
        self.step, self.words = step, words_of(request.round)
        super().__init__(data, **options)
        for question in step.questions:
            self._add(question)

    def _add(self, question) -> None:
        label = fill(question.text, self.words)
        optional = "" if question.is_required else _("Optional.")
        if question.kind == QuestionKind.TEXT:
            self.fields[question.key] = self._text(label, question, rows=5, help_text=optional)
            return
        points = [(point.key, _sentence(point)) for point in question.scale.points.all()]
        self.fields[question.key] = forms.ChoiceField(
            label=label,
            choices=points,
            widget=forms.RadioSelect,
            required=False,
            help_text=f"{question.scale.hint} {optional}".strip(),
        )
        if question.kind == QuestionKind.RATED:
            name = _("One example for “%(question)s”") % {"question": label}  # a page has several
            example = self._text(name, question, rows=2)
            example.help_text = _("Required for the first two sentences and the last; optional for the others.")
            self.fields[example_of(question)] = example

    def _text(self, label, question, rows, **options):
        area = forms.Textarea(attrs={"rows": rows})
        return DraftText(most=question.max_length, label=label, required=False, widget=area, strip=False, **options)

    def clean(self):
        answers = super().clean() or {}
        for name, problem in problems(self.step.questions, answers).items():
            self.add_error(name, problem)
        return answers

    def typed(self) -> dict[str, str]:
        """What was sent for the fields of this page, complete or not: a draft keeps all that can be stored."""
        return storable(typed(self.data, self.fields))

    def blocks(self):
        """Per question the bound field, and that of its example when it has one."""
        for question in self.step.questions:
            example = example_of(question)
            yield {"field": self[question.key], "kind": question.kind, "required": question.is_required} | (
                {"example": self[example]} if example in self.fields else {}
            )


def posted(request):
    """What a form is bound to: everything sent, even nothing; None for a page that is only looked at."""
    return request.POST if request.method == "POST" else None


def typed(data, names) -> dict[str, str]:
    return {name: plain_breaks(data[name]) for name in names if name in data}


def storable(values: dict) -> dict:
    """`values` without those that cannot be stored."""
    return {name: value for name, value in values.items() if not why_unstorable(value)}


def _sentence(point) -> str:
    return f"{point.label}: {point.definition[0].lower()}{point.definition[1:]}" if point.definition else point.label


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Optional. The manager and HR can read it."),
    )
    drops_draft = forms.BooleanField(
        label=_("Delete the answers I have already written"),
        error_messages={"required": _("You have already written answers. Tick this box if they may be deleted.")},
    )

    def __init__(self, *args, has_draft: bool, **options):
        super().__init__(*args, **options)
        if not has_draft:
            del self.fields["drops_draft"]


class VerificationCodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code from the email"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )

    def clean_code(self):
        """As people type and paste it: with blanks or a dash in the middle. A try is too dear for that."""
        return "".join(sign for sign in self.cleaned_data["code"] if sign.isalnum())
