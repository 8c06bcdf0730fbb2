"""HR's board of requests: who was asked, answered, declined or could not be reached; never opened, never drafted."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from activity.paging import slice_of
from activity.workflow import MoveRefused
from feedback import candidates, policies, relations, services
from feedback.forms import AddressForm, CandidateForm, posted
from feedback.models import Request, Round
from feedback.states import RUNNING, RequestStatus

PAGE = 50
BOUNCED = "bounced"
STATES = [
    (RequestStatus.ASKED.value, gettext_lazy("Asked, not answered yet")),
    (RequestStatus.ANSWERED.value, RequestStatus.ANSWERED.label),
    (RequestStatus.DECLINED.value, RequestStatus.DECLINED.label),
    (BOUNCED, gettext_lazy("Could not be delivered")),
    (RequestStatus.REVOKED.value, RequestStatus.REVOKED.label),
]


class BoardFilter(forms.Form):
    q = forms.CharField(label=gettext_lazy("Name"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False, choices=[("", gettext_lazy("All")), *STATES])
    title = forms.ChoiceField(label=gettext_lazy("Cycle"), required=False)

    def __init__(self, titles, *args, **options):
        super().__init__(*args, **options)
        self.fields["title"].choices = [("", _("All")), *((title, title) for title in titles)]


class DeedForm(forms.Form):
    """What to do with the ticked requests."""

    DEEDS = [
        ("nudge", gettext_lazy("Remind")),
        ("send_again", gettext_lazy("Send the invitation again")),
        ("extend", gettext_lazy("Give more time")),
        ("revoke", gettext_lazy("Stop asking")),
    ]
    deed = forms.ChoiceField(label=gettext_lazy("What to do"), choices=DEEDS)
    due_on = forms.DateField(
        label=gettext_lazy("New last day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=500)

    def clean(self):
        values = super().clean()
        deed = values.get("deed")
        if deed in ("extend", "revoke") and not values.get("reason"):
            self.add_error("reason", _("Please give a reason; it is logged."))
        if deed == "extend" and not values.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", _("Until when?"))
        return values


def handled(user):
    """The requests that left the house in rounds HR handles; a 404 for everybody else."""
    if not (user.is_hr or user.is_hr_partner):
        raise Http404
    invited = Request.objects.filter(policies.rounds_run_by_hr(user, "round__"))
    return invited.exclude(status__in=[RequestStatus.PROPOSED, RequestStatus.REMOVED])


@require_safe
def board(request):
    return board_page(request, DeedForm())


def board_page(request, deeds, ticked=()):
    rows = handled(request.user)
    rounds = Round.objects.run_by_hr(request.user).filter(status__in=RUNNING)
    titles = list(rounds.order_by("title").values_list("title", flat=True).distinct())
    filters = BoardFilter(titles, request.GET or None)
    rows = filtered(rows, filters.cleaned_data if filters.is_valid() else {})
    rows = rows.select_related("round__subject", "round__manager", "giver").with_delivery()
    page = slice_of(rows, ("name", "pk"), request.GET, PAGE)
    for row in page:
        row.relation_label = relations.one(row.relation)
    context = {"page": page, "filters": filters, "deeds": deeds, "ticked": set(ticked)}
    return render(request, "feedback/board.html", context)


def filtered(rows, chosen):
    state, title = chosen.get("state"), chosen.get("title")
    if state == BOUNCED:
        rows = rows.with_delivery().filter(refused__isnull=False, status=RequestStatus.ASKED)
    elif state:
        rows = rows.filter(status=state)
    if title:
        rows = rows.filter(round__title=title)
    for word in chosen.get("q", "").split():
        rows = rows.filter(Q(name__icontains=word) | Q(round__subject__name__icontains=word))
    return rows


@require_POST
def act(request):
    """One deed for all ticked requests: all of them, or none and the reason."""
    form = DeedForm(request.POST)
    ids = [each for each in request.POST.getlist("request") if _is_uuid(each)]
    rows = list(handled(request.user).filter(pk__in=ids).select_related("round__subject", "round__manager", "giver"))
    if not form.is_valid() or not rows:
        if not rows:
            messages.error(request, _("Please tick somebody first."))
        return board_page(request, form, ids)
    try:
        with transaction.atomic():
            do(rows, form.cleaned_data, by=request.user)
        messages.success(
            request, ngettext("Done for %(n)s person.", "Done for %(n)s people.", len(rows)) % {"n": len(rows)}
        )
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("feedback:board")


def do(rows, chosen, *, by) -> None:
    """Raises MoveRefused for the first row where it is not possible."""
    if chosen["deed"] == "nudge":
        services.nudge(rows, by=by)
        return
    for row in rows:
        if chosen["deed"] == "send_again":
            services.send_again(row, by=by)
        elif chosen["deed"] == "extend":
            services.extend_request(row, chosen["due_on"], by=by, reason=chosen["reason"])
        else:
            services.remove(row, by=by, reason=chosen["reason"])


def _is_uuid(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


def address(request, pk):
    """An outsider's address was wrong: links to the old one end, the invitation goes to the new one."""
    asked = get_object_or_404(handled(request.user).select_related("round__subject"), pk=pk, giver=None)
    form = AddressForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.change_address(asked, form.cleaned_data["email"], by=request.user)
            messages.success(request, _("The invitation goes to the new address."))
        except MoveRefused as refusal:
            messages.error(request, str(refusal))
        return redirect("feedback:board")
    return render(request, "feedback/address.html", {"asked": asked, "form": form})


def replace(request, pk):
    """Somebody else in their place."""
    asked = get_object_or_404(handled(request.user).select_related("round__subject", "round__catalogue"), pk=pk)
    form = CandidateForm(asked.round, posted(request), initial={"relation": asked.relation})
    words = request.GET.get("q", "").strip()
    used = candidates.taken(asked.round, asked.round.requests.all())
    free = candidates.substitutes(asked.round, [asked], used)[asked.pk]
    others = candidates.search(asked.round, words, used) if words else free
    context = {"asked": asked, "round": asked.round, "form": form, "others": others, "words": words}
    if request.method == "POST" and form.is_valid():
        try:
            reason = _("Somebody else is asked instead.")
            services.replace(asked, by=request.user, reason=reason, **form.cleaned_data)
            messages.success(request, _("Asked instead."))
        except MoveRefused as refusal:
            messages.error(request, str(refusal))
            return render(request, "feedback/replace.html", context)
        return redirect("feedback:board")
    return render(request, "feedback/replace.html", context)
