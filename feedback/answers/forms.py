"""The pages of a questionnaire, declining, and the code that opens a draft elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.answers.questions import asked_of, words_of
from questionnaires.fields import RATING, TEXT, Builder, Field, Group, Part
from questionnaires.models import Question
from questionnaires.states import Kind
from questionnaires.steps import Step

PER_STEP: dict[str, int] = {Kind.CONTACT: 1, Kind.RATING: 2, Kind.TEXT: 2}
STEP_TITLES: dict[str, object] = {
    Kind.CONTACT: _("How closely you worked together"),
    Kind.RATING: _("What you saw"),
    Kind.TEXT: _("In your own words"),
}


@dataclass(frozen=True)
class PageStep(Step):
    """One page of the questionnaire; its key is its number, from 1."""

    questions: list[Question] = field(default_factory=list)

    @property
    def number(self) -> int:
        return int(self.key)


def steps_of(request) -> list[PageStep]:
    """The questions of the request's relation in pages that fit a phone: one kind per page, few of them."""
    pages: list[tuple] = []
    for question in asked_of(request):
        is_full = not pages or pages[-1][0] != question.kind or len(pages[-1][1]) == PER_STEP[question.kind]
        if is_full:
            pages.append((question.kind, []))
        pages[-1][1].append(question)
    builder = Builder(words_of(request.round))
    return [
        PageStep(str(number), str(STEP_TITLES[kind]), part_of(builder, questions), questions=questions)
        for number, (kind, questions) in enumerate(pages, start=1)
    ]


def part_of(builder: Builder, questions: Iterable[Question]) -> Part:
    groups = [builder.group(question) for question in questions]
    groups = [Group(group.title, tuple(explained(each) for each in group.fields)) for group in groups]
    return Part("", "", "", tuple(groups))


def explained(asked: Field) -> Field:
    """With what a giver is told beside it."""
    if asked.example_of:
        when = _("Required for the first two sentences and the last; optional for the others.")
        return replace(asked, rows=2, help=str(when))
    optional = "" if asked.is_required else str(_("Optional."))
    if asked.kind == RATING and asked.question and asked.question.scale:
        return replace(asked, help=f"{asked.question.scale.hint} {optional}".strip())
    return replace(asked, help=optional, rows=5) if asked.kind == TEXT else asked


def posted(request):
    """What a form is bound to: everything sent, even nothing; None for a page that is only looked at."""
    return request.POST if request.method == "POST" else None


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
