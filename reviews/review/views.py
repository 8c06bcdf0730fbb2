"""One review: what each reader may read, and the moves that are open now."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_fsm import TransitionNotAllowed

from foundation.ui.downloads import TYPES
from foundation.ui.drafts import for_change, writing
from foundation.ui.forms import ReasonForm
from foundation.workdays import organisation_today
from foundation.workflow.declaration import moves_of
from foundation.workflow.moves import open_moves, perform
from people.confirmation import confirmed
from reviews.confirmation import ask
from reviews.cycles import deadlines
from reviews.evaluation.services import attach
from reviews.guards import paused_words
from reviews.models import ActionItem, PrivateNote, Rebuttal, Review
from reviews.plan.forms import ActionItemForm
from reviews.policies import ActionItemPolicy, ReviewPolicy
from reviews.review import meetings
from reviews.review import moves as services
from reviews.review.forms import DeadlineForm, ExtensionForm, ManagerForm, MeetingForm, NoteForm, RebuttalForm
from reviews.review.presenters import done_words, meeting_of, review_page
from reviews.review.reading_events import note_reading
from reviews.states import AFTER_DELIVERY, PREPARING, RELEASES, CycleStatus


def visible(request, pk) -> Review:
    found = get_object_or_404(Review.objects.for_page(request.user), pk=pk)
    if not ReviewPolicy.allows(request.user, found):
        raise Http404
    return found


def managed(request, pk, *statuses) -> Review:
    """A review on which the person acts as manager, in one of `statuses`."""
    review = visible(request, pk)
    is_open = review.status in statuses and review.cycle.status == CycleStatus.OPEN
    if not is_open or not ReviewPolicy.allows(request.user, review, "manage"):
        raise Http404
    return review


def handled(request, pk) -> Review:
    """A review that the person handles for HR."""
    review = visible(request, pk)
    if not ReviewPolicy.allows(request.user, review, "handle"):
        raise Http404
    return review


def decided(request, pk) -> Review:
    """As `handled`, for an action that must know what was decided last: a POST locks the review before it is read."""
    review = handled(request, pk)
    if request.method == "POST":
        for_change(Review.objects, request).get(pk=review.pk)
        review = handled(request, pk)
    return review


def review(request, pk):
    found = visible(request, pk)
    if found.status in AFTER_DELIVERY:
        note_reading(request, found)
    return render(request, "reviews/review_detail.html", review_page(found, request.user))


@confirmed(when=lambda request, pk, verb: verb in RELEASES)
def take_step(request, pk, verb):
    """A page that says what follows and asks why where a reason is due; POST takes the step."""
    review = visible(request, pk)
    move = next((each for each in open_moves(review, request.user) if each["name"] == verb), None)
    if move is None:
        if request.method == "POST":  # a double click, or a page left open
            messages.warning(request, _("This review has moved on since you opened the page."))
            return redirect(review)
        raise Http404
    form = form_of(move, review, request.POST or None)
    if request.method != "POST" or (form and not form.is_valid()):
        return ask(request, form, move, review)
    if move["returns_to"] and (preview := unseen_shifts(form, review, move["returns_to"])):
        return ask(request, form, move | {"shifts": preview}, review)
    try:
        given = {name: value for name, value in (form.cleaned_data if form else {}).items() if name != "confirmed"}
        services.move(review, verb, by=request.user, **given)
        messages.success(request, f"{done_words(review, moves_of(Review)[verb])}.")
    except TransitionNotAllowed as refused:
        messages.warning(request, str(refused))
    return redirect(review)


def form_of(move: dict, review, data):
    """What a move asks for: nothing, a reason, or a reason and the new deadline of the stage work returns to."""
    if move["returns_to"]:
        day = deadlines.proposed_deadline(review, move["returns_to"])
        return DeadlineForm(data, after=organisation_today(), initial={"due_on": day})
    return ReasonForm(data) if move["needs_reason"] else None


def unseen_shifts(form, review, stage_key) -> list:
    """The later deadlines that move with the one in `form`, until the person has seen and confirmed them."""
    if form.is_confirmed:
        return []
    found = deadlines.shifts(review, stage_key, form.cleaned_data["due_on"])
    if len(found) < 2:
        return []
    form.data = form.data.copy()
    form.data["confirmed"] = form.cleaned_data["due_on"].isoformat()
    return found


@writing
def extend(request, pk):
    """A later deadline for the present stage; what else would move is shown before it is saved."""
    review = decided(request, pk)
    if review.current_due_on is None or review.cycle.status != CycleStatus.OPEN:
        raise Http404
    form = ExtensionForm(request.POST or None, review=review)
    move: dict = {"label": _("Extend deadline")}
    if request.method == "POST" and form.is_valid():
        if preview := unseen_shifts(form, review, review.stage_key):
            return ask(request, form, move | {"shifts": preview}, review)
        services.extend(review, form.cleaned_data["due_on"], by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("Deadline extended."))
        return redirect(review)
    return ask(request, form, move, review)


@writing
def change_manager(request, pk):
    review = decided(request, pk)
    form = ManagerForm(request.POST or None, review=review)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        services.change_manager(
            review, given["manager"], by=request.user, reason=given["reason"], contribution=given["contribution"]
        )
        messages.success(request, _("The review has a new manager."))
        return redirect("reviews:cycle", review.cycle_id)
    return ask(request, form, {"label": _("Change manager")}, review)


# --- the manager's side --------------------------------------------------------------------------------------------


@require_POST
@writing
def meeting(request, pk):
    """Set the review meeting; both sides get an email."""
    review = managed(request, pk, *PREPARING)
    stored = for_change(Review.objects, request).get(pk=review.pk)
    form = MeetingForm(request.POST, instance=stored)
    if review.is_paused:
        form.add_error(None, paused_words(review))
    if form.is_valid():
        given = form.cleaned_data
        day, at, place = given["conversation_on"], given["at"], given["conversation_place"]
        meetings.set_meeting(review, day, at, place, by=request.user)
        messages.success(request, _("Meeting saved. Both of you get it by email, with a file for the calendar."))
        return redirect(review)
    return ask(request, form, {"label": _("Review meeting"), "button": _("Save meeting")}, review)


def meeting_file(request, pk):
    """The meeting as a calendar file, for the two who meet."""
    review = visible(request, pk)
    if not meeting_of(review, request.user):
        raise Http404
    answer = HttpResponse(meetings.calendar_file(review), content_type=TYPES["ics"])
    answer["Content-Disposition"] = 'attachment; filename="review-meeting.ics"'
    return answer


@require_POST
def private_note(request, pk):
    review = visible(request, pk)
    if not ReviewPolicy.allows(request.user, review, "manage"):
        raise Http404
    with transaction.atomic():
        Review.objects.select_for_update(of=("self",)).get(pk=review.pk)  # two first notes at once are one row
        note = PrivateNote.objects.visible_to(request.user).filter(review=review).first()
        form = NoteForm(request.POST, instance=note or PrivateNote(review=review, author=request.user))
        if form.is_valid():
            form.save()
            messages.success(request, _("Private note saved. Only you can read it."))
            return redirect(review)
    return render(request, "reviews/note_form.html", {"form": form, "review": review}, status=form.status)


def action_new(request, pk):
    review = managed(request, pk, *PREPARING)
    return _action_form(request, review, ActionItem(review=review))


@writing
def action_edit(request, pk, item_pk):
    review = managed(request, pk, *PREPARING)
    item = get_object_or_404(for_change(review.actions, request), pk=item_pk)
    return _action_form(request, review, item)


def _action_form(request, review, item):
    if review.is_paused and request.method != "POST":
        messages.warning(request, paused_words(review))
        return redirect(review)
    form = ActionItemForm(request.POST or None, instance=item, review=review)
    if review.is_paused:
        form.add_error(None, paused_words(review))
    if request.method == "POST" and form.is_valid():
        return redirect(form.save_once(review=review))
    return render(
        request,
        "reviews/action_form.html",
        {"form": form, "review": review, "item": item},
        status=form.status,
    )


def action_step(request, item_pk, verb):
    """A step of one action item; one that needs a reason asks for it on a page of its own."""
    rows = ActionItem.objects.visible_to(request.user).select_related("review__cycle", "review__manager")
    item = get_object_or_404(rows, pk=item_pk)
    declared = moves_of(ActionItem).get(verb)
    if not ActionItemPolicy.allows(request.user, item, "work_on"):
        raise Http404
    if declared is None or (request.method != "POST" and not declared.needs_reason):
        raise Http404
    form = ReasonForm(request.POST or None) if declared.needs_reason else None
    if form is not None and not (request.method == "POST" and form.is_valid()):
        return _why(request, item, verb, form)
    try:
        perform(item, verb, by=request.user, reason=form.cleaned_data["reason"] if form else "")
    except TransitionNotAllowed as refused:
        messages.warning(request, str(refused))
    return redirect(item if item.review.status in AFTER_DELIVERY else item.review)


def _why(request, item, verb, form):
    move = next((each for each in open_moves(item, request.user) if each["name"] == verb), None)
    if move is None:
        raise Http404
    return ask(request, form, move, item)


# --- the subject's side --------------------------------------------------------------------------------------------
def rebuttal(request, pk):
    """The subject's own statement, at any time from delivery on."""
    review = visible(request, pk)
    if not ReviewPolicy.allows(request.user, review, "write_statement"):
        raise Http404
    form = RebuttalForm(request.POST or None, instance=Rebuttal(review=review))
    if request.method == "POST" and form.is_valid():
        attach(form.save(commit=False))
        messages.success(request, _("Your statement is kept with the review."))
        return redirect(review)
    return render(
        request, "reviews/rebuttal_form.html", {"form": form, "review": review}, status=400 if form.errors else 200
    )
