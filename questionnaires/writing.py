"""The one way in which a page of questions is shown, saved by script or by button, and sent."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from foundation.ui import drafts
from questionnaires.checks import Wording
from questionnaires.drafts import Holder, save
from questionnaires.fields import Field, Part
from questionnaires.forms import QuestionForm
from questionnaires.steps import Step, Steps, overview


class WritingView:
    """One page on which somebody writes: what keeps the answers, and what is asked.

    Subclasses say where a saved page leads (`saved`), what is told when nothing can be saved any more (`refused`), and
    what else the page shows (`context`). `extra` are fields that stand beside the questions.
    """

    template = ""

    def __init__(
        self,
        request: HttpRequest,
        holder: Holder,
        parts: Iterable[Part],
        *,
        extra: Iterable[Field] = (),
        wording: type[Wording] = Wording,
    ):
        self.request, self.holder, self.wording = request, holder, wording
        self.parts, self.extra = list(parts), list(extra)

    def respond(self) -> HttpResponseBase:
        """The page, or what comes of what was sent; views answer `drafts.asks_for_version` before they ask more."""
        if self.request.method != "POST":
            return self.page(self.form())
        if "X-Autosave" in self.request.headers:
            return self.autosave()
        return self.post()

    def form(self, data=None, *, is_final: bool = False) -> QuestionForm:
        """Bound to `data`; without it, filled with what is stored."""
        options: dict[str, Any] = {"extra": self.extra, "wording": self.wording}
        if data is not None:
            return QuestionForm(self.parts, data, is_final=is_final, **options)
        return QuestionForm(self.parts, initial=self.holder.values(), **options)

    @property
    def is_final(self) -> bool:
        """Whether this post has to be complete."""
        return False

    def save(self, values: dict) -> drafts.Merge:
        """Raises NotAVersion, Stale, MoveRefused."""
        data = self.request.POST
        return save(self.holder, values, version=drafts.posted_version(data), base=drafts.posted_base(data))

    def autosave(self) -> HttpResponse:
        """What changed, saved at once; the answer is that of foundation/ui/drafts.py, or 410 when it is too late."""
        data = self.request.POST
        form = self.form(data)
        form.is_valid()
        refused = {name: " ".join(map(str, errors)) for name, errors in form.errors.items() if name in data}
        try:
            merge = self.save(form.changed(data))
        except drafts.Stale as stale:
            merge = stale.merge
        except drafts.NotAVersion:
            return HttpResponse(status=400)
        except TransitionNotAllowed:
            return HttpResponse(status=410)
        on_page = form.fields.keys() & (set(data) | drafts.posted_base(data).keys())
        values = self.holder.values()
        stored = {name: values.get(name, "") for name in on_page}
        return drafts.autosave_answer(self.holder, stored, merge, refused=refused, saved_at=self.holder.saved_at)

    def post(self) -> HttpResponseBase:
        """A full save by button. Everything that can be stored is, complete or not."""
        data = self.request.POST
        form = self.form(data, is_final=self.is_final)
        form.is_valid()
        try:
            merge = self.save(form.changed(data, is_whole=True))
        except drafts.Stale as stale:
            return self.conflict(stale.merge)
        except drafts.NotAVersion:
            return self.unread(form)
        except TransitionNotAllowed as refused:
            return self.refused(refused)
        return self.saved(form, merge)

    def saved(self, form: QuestionForm, merge: drafts.Merge) -> HttpResponseBase:
        """Where a page leads whose answers were all stored."""
        raise NotImplementedError

    def refused(self, refusal: TransitionNotAllowed) -> HttpResponseBase:
        """What is told when nothing can be saved any more."""
        raise NotImplementedError

    def conflict(self, merge: drafts.Merge) -> HttpResponseBase:
        """Another tab has changed the same answers: both texts are shown, nothing was overwritten."""
        form = self.with_others(merge)
        others = [self.label(name) for name in merge.others]
        return self.page(form, status=409, conflicts=self.shown(merge.conflicts), others=others)

    def with_others(self, merge: drafts.Merge) -> QuestionForm:
        """The form as it was sent, with the texts of another tab in the fields that were not touched here."""
        return self.form(drafts.with_others(self.request.POST, merge), is_final=self.is_final)

    def unread(self, form: QuestionForm) -> HttpResponseBase:
        """A post whose version cannot be read: nothing is saved, and what differs from it is shown."""
        form.add_error(
            None, _("Nothing has been saved yet: this page was damaged on its way. Check it and save again.")
        )
        merge = drafts.merged(self.holder.values(), form.changed(self.request.POST), {})
        return self.page(form, status=400, conflicts=self.shown(merge.conflicts))

    def label(self, name: str) -> str:
        return self.asked[name].full_label if name in self.asked else name

    @property
    def asked(self) -> dict[str, Field]:
        fields = [each for part in self.parts for each in part.fields]
        return {each.name: each for each in [*fields, *self.extra]}

    def shown(self, conflicts: Iterable[drafts.Conflict]) -> list[dict]:
        """Conflicts as a page shows them: the words of choices, not their keys."""
        rows, asked = [], self.asked
        for each in conflicts:
            words = {choice.key: choice.label for choice in asked[each.field].choices}
            given = each.theirs if isinstance(each.theirs, list) else [each.theirs]
            theirs = ", ".join(str(words.get(value, value)) for value in given)
            rows.append({"label": asked[each.field].full_label, "theirs": theirs, "target": f"id_{each.field}"})
        return rows

    def page(self, form: QuestionForm, *, status: int = 200, **context) -> HttpResponseBase:
        return render(self.request, self.template, self.context(form) | context, status=status)

    def context(self, form: QuestionForm) -> dict:
        stored = self.holder.values()
        values = {name: stored.get(name, "") for name in form.fields}
        return {
            "form": form,
            "version": self.holder.version,
            "saved_at": self.holder.saved_at,
            "hidden_fields": drafts.hidden_fields(self.holder.version, values),
        }


class StepWriting(WritingView):
    """One step of a form (questionnaires/steps.py). Whichever button is pressed, what was typed is saved first.

    `holder` keeps the answers of all steps, `go` in a post says where to: on (without it), back, later, check, or the
    key of a step. What is missing keeps nobody here; what cannot be stored does. Subclasses say what the addresses are.
    """

    def __init__(self, request: HttpRequest, holder: Holder, steps: Iterable[Step], step: Step, **options):
        super().__init__(request, holder, [step.part], **options)
        self.all_steps, self.step = list(steps), step

    @property
    def steps(self) -> Steps:
        """All steps with the answers as they are stored now."""
        return Steps(self.all_steps, self.holder.values(), self.wording)

    def url_of(self, step: Step) -> str:
        raise NotImplementedError

    @property
    def check_url(self) -> str:
        """Of the look at everything before it is sent."""
        raise NotImplementedError

    @property
    def start_url(self) -> str:
        """Of what comes before the first step."""
        raise NotImplementedError

    def saved(self, form: QuestionForm, merge: drafts.Merge) -> HttpResponseBase:
        form = self.with_others(merge) if merge.others else form
        if not form.is_valid():
            return self.page(form, status=400)
        return self.lead_on(merge)

    def lead_on(self, merge: drafts.Merge) -> HttpResponseBase:
        """To where the pressed button leads."""
        go = self.request.POST.get("go", "")
        if go == "later":
            return self.paused_here(merge)
        if go == "check":
            return redirect(self.check_url)
        if go == "back":
            return redirect(self.back_url)
        chosen = self.steps.find(go) or self.steps.after(self.step)
        return redirect(self.url_of(chosen) if chosen else self.check_url)

    @property
    def back_url(self) -> str:
        before = self.steps.before(self.step)
        return self.url_of(before) if before else self.start_url

    def paused_here(self, merge: drafts.Merge) -> HttpResponseBase:
        """What "Save for later" answers."""
        return redirect(self.start_url)

    def context(self, form: QuestionForm) -> dict:
        steps = self.steps
        rows = steps.progress(self.step)
        return super().context(form) | {
            "step": self.step,
            "number": steps.number(self.step),
            "count": len(steps),
            "percent": 100 * steps.number(self.step) // len(steps),
            "is_last": steps.after(self.step) is None,
            "overview": overview(rows),
        }
