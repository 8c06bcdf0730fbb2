"""HR's board of requests: who was asked, answered, declined or could not be reached; never opened, never drafted."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from feedback import relations, services
from feedback.answers.forms import posted
from feedback.models import FeedbackRequest, FeedbackRound
from feedback.nominations import suggestions as candidates
from feedback.nominations.forms import CandidateForm
from feedback.policies import RequestPolicy
from feedback.rounds.forms import AddressForm
from feedback.rounds.querysets import UNCONFIRMED
from feedback.states import ON_THE_LIST, RUNNING, RequestStatus, RoundStatus
from foundation.filters import FilterForm, words_field
from foundation.ui.drafts import for_change, writing
from foundation.ui.paging import slice_of
from foundation.workflow.moves import MoveRefused
from people.search import leads_to

PAGE = 50
MOST_AT_ONCE = 500  # each action is an event of its own, and the page waits for them
FEW = 1000  # requests or rounds that are faster named one by one than met in a list of some hundred thousand
BOUNCED = "bounced"
LEFT = "left"
CLOSED_TOO = "*"
STATES = [
    (RequestStatus.ASKED.value, gettext_lazy("Asked, not answered yet")),
    (RequestStatus.ANSWERED.value, RequestStatus.ANSWERED.label),
    (RequestStatus.DECLINED.value, RequestStatus.DECLINED.label),
    (BOUNCED, gettext_lazy("Could not be delivered")),
    (LEFT, gettext_lazy("Has left")),
    (RequestStatus.REVOKED.value, RequestStatus.REVOKED.label),
]


class BoardFilter(FilterForm):
    """Which requests HR sees; `titles` are those of the running rounds."""

    q = words_field(gettext_lazy("Name"))
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=[("", gettext_lazy("All")), *STATES])
    title = forms.ChoiceField(label=gettext_lazy("Cycle"))

    def __init__(self, titles, asked):
        super().__init__(asked)
        running = [(title, title) for title in titles]
        self.fields["title"].choices = [("", _("All open cycles")), *running, (CLOSED_TOO, _("Include closed cycles"))]


class DeedForm(forms.Form):
    """What to do with the ticked requests, or with all that the filter shows and that wait for an answer."""

    WHOM = [
        ("ticked", gettext_lazy("The selected people")),
        ("all", gettext_lazy("Everyone in the filter who hasn't answered")),
    ]
    ACTIONS = [
        ("nudge", gettext_lazy("Remind")),
        ("send_again", gettext_lazy("Send the invitation again")),
        ("extend", gettext_lazy("Extend deadline")),
        ("revoke", gettext_lazy("Withdraw request")),
        ("confirm", gettext_lazy("Confirm outsiders")),
    ]
    whom = forms.ChoiceField(label=gettext_lazy("Apply to"), choices=WHOM, required=False)
    action = forms.ChoiceField(label=gettext_lazy("Action"), choices=ACTIONS)
    due_on = forms.DateField(
        label=gettext_lazy("New deadline"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=500)

    def clean(self):
        values = super().clean() or {}
        action = values.get("action")
        if action in ("extend", "revoke") and not values.get("reason"):
            self.add_error("reason", _("Give a reason. It is logged."))
        if action == "extend" and not values.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", _("Choose the new deadline."))
        return values


def handled(user):
    """The requests that were sent in rounds HR handles; a 404 for everybody else."""
    if not user.may("follow_cycles"):
        raise Http404
    invited = RequestPolicy.filter(FeedbackRequest.objects.all(), user, "handle")
    return invited.exclude(status__in=[RequestStatus.PROPOSED, RequestStatus.REMOVED])


@require_http_methods(["GET", "HEAD", "POST"])
def board(request):
    """The list, and one action for several of it: at one address, so that a refused action keeps filter and ticks."""
    filters = filters_of(request)
    rows = filtered(handled(request.user), filters.chosen)
    if request.method == "POST":
        return act(request, filters, rows)
    return board_page(request, filters, rows, DeedForm())


def filters_of(request) -> BoardFilter:
    return BoardFilter(FeedbackRound.objects.running_titles(), request.GET)


def filtered(rows, chosen):
    state, title, words = chosen["state"], chosen["title"], chosen["q"]
    if title != CLOSED_TOO:
        rows = rows.filter(round__status__in=RUNNING)
    if title and title != CLOSED_TOO:
        rows = rows.filter(round__title=title)
    if state == BOUNCED:
        rows = rows.bounced()
    elif state == LEFT:
        rows = rows.filter(status=RequestStatus.ASKED, giver__is_active=False)
    elif state:
        rows = rows.filter(status=state)
    return rows.filter(named(words)) if words else rows


def named(words: str) -> Q:
    """Requests to or about somebody with every one of `words` in the name."""
    requests, rounds = (
        (FeedbackRequest.objects.all(), "search", ("",)),
        (FeedbackRound.objects.all(), "subject__search", ("round",)),
    )
    return leads_to([words], requests, rounds, few=FEW).listed


def board_page(request, filters, rows, actions, ticked=()):
    rows = rows.select_related("round__subject", "round__manager", "giver").with_delivery()
    page = slice_of(rows, ("name", "pk"), request.GET, PAGE)
    for row in page:
        row.relation_label = relations.one(row.relation)
        row.is_ticked = str(row.pk) in ticked
        row.can_confirm = (
            row.is_unconfirmed
            and row.round.is_anonymous
            and row.round.status == RoundStatus.COLLECTING
            and row.status in ON_THE_LIST
        )
    context = {"page": page, "filters": filters, "actions": actions}
    return render(request, "feedback/board.html", context, status=400 if actions.errors else 200)


def act(request, filters, shown):
    """One action for all ticked requests: all of them, or none and the reason."""
    form = DeedForm(request.POST)
    ids = [each for each in request.POST.getlist("request") if _is_uuid(each)]
    rows = chosen_rows(request, shown, ids)
    try:
        if not rows:
            raise MoveRefused(_("Select at least one person."))
        if len(rows) > MOST_AT_ONCE:
            raise MoveRefused(_("That's more than %(n)s people. Choose a cycle or a name.") % {"n": MOST_AT_ONCE})
        if not form.is_valid():
            return board_page(request, filters, shown, form, ids)
        if form.cleaned_data["action"] == "confirm" and "names" not in request.POST:
            return names_page(request, outsiders_of(rows))
        with transaction.atomic():
            count = do(rows, form.cleaned_data, by=request.user)
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
        return board_page(request, filters, shown, form, ids)
    messages.success(request, ngettext("Done for %(n)s person.", "Done for %(n)s people.", count) % {"n": count})
    return redirect(f"{reverse('feedback:board')}?{request.GET.urlencode()}")


def names_page(request, rows):
    """Everybody who would be confirmed, by name and address, before it is done for exactly these."""
    query = request.GET.urlencode()
    return render(request, "feedback/confirm_many.html", {"rows": rows, "query": query})


def outsiders_of(rows) -> list[FeedbackRequest]:
    """Those of `rows` who can be confirmed. Raises MoveRefused when there is none."""
    found = [row for row in rows if row.is_unconfirmed and row.status in ON_THE_LIST and row.round.status in RUNNING]
    if not found:
        raise MoveRefused(_("None of them needs to be confirmed."))
    return found


def chosen_rows(request, shown, ids) -> list[FeedbackRequest]:
    """Those ticked; or everybody in the list who has not answered, on whichever page of it."""
    if request.POST.get("whom") == "all" and request.POST.get("action") == "confirm":
        rows = shown.filter(UNCONFIRMED, status__in=ON_THE_LIST)
    elif request.POST.get("whom") == "all":
        rows = shown.filter(status=RequestStatus.ASKED)
    else:
        rows = handled(request.user).filter(pk__in=ids)
    return list(rows.select_related("round__subject", "round__manager", "giver")[: MOST_AT_ONCE + 1])


def do(rows, chosen, *, by) -> int:
    """For how many it was done. Raises MoveRefused for the first row where it is not possible."""
    if chosen["action"] == "nudge":
        return remind(rows, by)
    if chosen["action"] == "confirm":
        rows = outsiders_of(rows)
    for row in rows:
        if chosen["action"] == "send_again":
            services.send_again(row, by=by)
        elif chosen["action"] == "confirm":
            services.confirm(row, by=by)
        elif chosen["action"] == "extend":
            services.extend_request(row, chosen["due_on"], by=by, reason=chosen["reason"])
        else:
            services.remove(row, by=by, reason=chosen["reason"])
    return len(rows)


def remind(rows, by) -> int:
    """Those of them who still have to answer; the others are left in peace."""
    running = [row for row in rows if row.round.status == RoundStatus.COLLECTING and not row.has_left]
    count = services.nudge(running, by=by)
    if not count:
        raise MoveRefused(_("None of them still has to answer."))
    return count


def _is_uuid(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


@require_POST
def confirm(request, pk):
    """HR vouches for an outsider, from the board or from the page of the round; both come back."""
    invited = RequestPolicy.filter(FeedbackRequest.objects.all(), request.user, "handle")
    rows = invited.filter(giver=None).select_related("round__subject", "round__manager")
    asked = get_object_or_404(rows, pk=pk)
    try:
        services.confirm(asked, by=request.user)
        messages.success(request, _("%(name)s is confirmed.") % {"name": asked.name})
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
    if request.POST.get("from") == "board":
        return redirect(f"{reverse('feedback:board')}?{request.GET.urlencode()}")
    return redirect(asked.round)


@writing
def address(request, pk):
    """An outsider's address was wrong: links to the old one end, the invitation goes to the new one."""
    asked = get_object_or_404(handled(request.user).select_related("round__subject"), pk=pk, giver=None)
    if request.method == "POST":  # the round first, as every action on its requests does
        for_change(FeedbackRound.objects, request).get(pk=asked.round_id)
        asked.refresh_from_db(fields=["email"])
    form = AddressForm(asked, posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.change_address(asked, form.cleaned_data["email"], by=request.user)
            messages.success(request, _("The invitation goes to the new address."))
        except MoveRefused as refusal:
            messages.error(request, str(refusal))
        return redirect("feedback:board")
    return render(request, "feedback/address.html", {"asked": asked, "form": form}, status=form.status)


def replace(request, pk):
    """Somebody else in their place."""
    asked = get_object_or_404(handled(request.user).select_related("round__subject", "round__catalogue"), pk=pk)
    form = CandidateForm(asked.round, posted(request), initial={"relation": asked.relation})
    words = request.GET.get("q", "").strip()
    used = candidates.taken(asked.round, asked.round.requests.all())
    free = candidates.substitutes(asked.round, [asked], used)[asked.pk]
    others = found_with_loads(asked.round, words, used) if words else free
    context = {"asked": asked, "round": asked.round, "form": form, "others": others, "words": words}
    if request.method == "POST" and form.is_valid():
        try:
            reason = _("Someone else has been asked.")
            added = services.replace(asked, by=request.user, reason=reason, **form.person)
            messages.success(request, _("%(name)s has been asked instead.") % {"name": added.name})
            return redirect("feedback:board")
        except MoveRefused as refusal:
            messages.error(request, str(refusal))
    return render(request, "feedback/replace.html", context, status=400 if form.errors else 200)


def found_with_loads(feedback_round, words, used) -> list:
    found = candidates.search(feedback_round, words, used)
    return candidates.with_loads(found, services.loads_of([each.person.pk for each in found]))
