"""What is asked of people: the steps of a questionnaire, whom to ask, reasons, and feedback between cycles."""

from django import forms
from django.utils.translation import gettext_lazy as _

from activity.mails import fill
from activity.once import OnceForm
from competencies.states import QuestionKind
from feedback import relations
from feedback.models import Ask, Praise, Reply
from feedback.questions import example_of, problems
from people.models import User

PER_STEP = {QuestionKind.CONTACT: 1, QuestionKind.RATED: 2, QuestionKind.TEXT: 2}
STEP_TITLES = {
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


def words_of(request) -> dict:
    """The placeholders of a questionnaire."""
    round = request.round
    period = f"{round.period_start:%B %Y} – {round.period_end:%B %Y}"
    return {"employee_name": round.subject.name, "period": period}


def cleaned(value: str) -> str:
    """What a browser sent, as it is kept: one kind of line break, and nothing the database refuses."""
    return value.replace("\r\n", "\n").replace("\x00", "")


class StepForm(forms.Form):
    """One page of the questionnaire. `problems` decides what is missing; here it only reaches the right field."""

    def __init__(self, step: Step, request, data=None, **options):
        self.step, self.words = step, words_of(request)
        super().__init__(data, **options)
        for question in step.questions:
            self._add(question)

    def _add(self, question) -> None:
        label = fill(question.text, self.words)
        if question.kind == QuestionKind.TEXT:
            self.fields[question.key] = self._text(label, question, rows=5)
            return
        points = [(point.key, _sentence(point)) for point in question.scale.points.all()]
        self.fields[question.key] = forms.ChoiceField(
            label=label, choices=points, widget=forms.RadioSelect, required=False, help_text=question.scale.hint
        )
        if question.kind == QuestionKind.RATED:
            example = self._text(_("One example"), question, rows=2)
            example.help_text = _("Needed for the first two sentences and the last; welcome with the others.")
            self.fields[example_of(question)] = example

    def _text(self, label, question, rows):
        area = forms.Textarea(attrs={"rows": rows, "maxlength": question.max_length})
        return forms.CharField(label=label, required=False, widget=area)

    def clean(self):
        answers = super().clean() or {}
        for name, problem in problems(self.step.questions, answers).items():
            self.add_error(name, problem)
        return answers

    def typed(self) -> dict[str, str]:
        """What was sent for the fields of this page, valid or not: a draft keeps all of it."""
        return typed(self.data, self.fields)

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
    return {name: cleaned(data[name]) for name in names if name in data}


def _sentence(point) -> str:
    return f"{point.label}: {point.definition[0].lower()}{point.definition[1:]}" if point.definition else point.label


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only if you like. The manager and HR read it."),
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code from the mail"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class CandidateForm(forms.Form):
    """Somebody for the list: a colleague chosen from the search, or an outsider by name and address."""

    giver = forms.ModelChoiceField(User.objects.active(), required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), max_length=160, required=False)
    email = forms.EmailField(label=_("E-mail address"), required=False)
    relation = forms.ChoiceField(label=_("Their role towards the work"))

    def __init__(self, round, *args, **options):
        super().__init__(*args, **options)
        keys = round.catalogue.questionnaires.values_list("key", flat=True)
        self.fields["relation"].choices = [(key, relations.one(key)) for key in keys]

    def clean(self):
        values = super().clean()
        if not values.get("giver") and not self.errors.get("giver"):
            for name in ("name", "email"):
                if not values.get(name) and name not in self.errors:
                    self.add_error(name, _("Needed for somebody from outside."))
        return values


class DueForm(ReasonForm):
    due_on = forms.DateField(label=_("New last day"), widget=forms.DateInput(attrs={"type": "date"}))

    field_order = ["due_on", "reason"]


class AddressForm(forms.Form):
    email = forms.EmailField(label=_("New e-mail address"))


class PersonField(forms.ModelChoiceField):
    """A colleague, chosen by typing an address or a name that only one person has."""

    widget = forms.TextInput(attrs={"list": "people", "autocomplete": "off"})

    def __init__(self, **options):
        super().__init__(User.objects.active(), **options)

    def to_python(self, value):
        if isinstance(value, User) or value in self.empty_values:
            return value or None
        found = list(self.queryset.named_like(str(value))[:2])
        exact = list(self.queryset.filter(email__iexact=str(value).strip()))
        if exact or len(found) == 1:
            return (exact or found)[0]
        if found:
            raise forms.ValidationError(_("More than one person has this name; please type the e-mail address."))
        raise forms.ValidationError(_("Nobody of this name or address was found."))

    def prepare_value(self, value):
        return value.email if isinstance(value, User) else value


class PraiseForm(OnceForm):
    receiver = PersonField(label=_("Whom you thank"))

    class Meta:
        model = Praise
        fields = ["receiver", "text", "happened_on", "is_shared_with_manager"]
        widgets = {"happened_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}


class AskForm(OnceForm):
    giver = PersonField(label=_("Whom you ask"))

    class Meta:
        model = Ask
        fields = ["giver", "about", "question", "happened_on"]
        widgets = {"happened_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}


class ReplyForm(forms.ModelForm):
    class Meta:
        model = Reply
        fields = ["text", "is_shared_with_manager"]
