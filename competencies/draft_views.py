"""A draft of the catalogue for HR: what is in it, what is wrong, what is new, and the way to publish it."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from competencies import editing, services
from competencies.changes import compare
from competencies.checks import UNSCORED_SCALE, findings
from competencies.forms import CatalogueForm, NewPointForm
from competencies.models import Catalogue, Code, Point, Scale
from competencies.packs import add_pack, packs
from competencies.policies import CataloguePolicy
from competencies.presenters import draft_groups
from competencies.states import Category
from competencies.views import choices_of, draft, draft_for_change, show, visible_catalogue
from foundation.audit.events import record
from foundation.ui.drafts import writing
from foundation.workflow.moves import MoveRefused, open_moves, perform

DIRECTIONS = ("up", "down")
FILTERS = ("q", "category", "core")


def detail(request, pk):
    """A published version to read; a draft to work on."""
    catalogue = visible_catalogue(request, pk)
    return (
        draft_page(request, catalogue)
        if CataloguePolicy.allows(request.user, catalogue, "edit")
        else show(request, catalogue)
    )


@require_POST
def pack_add(request, key):
    """Add a shipped pack to the open draft, or to a new one, and show that draft."""
    pack = next((each for each in packs() if each.key == key), None)
    if pack is None or not request.user.may("edit_catalogue") or not Catalogue.objects.published().exists():
        raise Http404
    catalogue = add_pack(pack, by=request.user)
    words = _("“%(pack)s” is in the draft. Look at it, then publish it.")
    messages.success(request, words % {"pack": pack.title})
    return redirect(catalogue)


def draft_page(request, catalogue):
    """Codes with their order, findings, and what differs from the version in use."""
    current = Catalogue.objects.in_use().first()
    changes = compare(current, catalogue) if current else None
    effects = changes.effects if changes else {}
    found = findings(catalogue)
    words = request.GET.get("q", "").strip()
    choices = choices_of(request)
    codes = list(catalogue.codes.all())  # read with their sentences by now
    shown = {code.pk for code in codes if is_shown(code, words, choices)}
    context = {
        "catalogue": catalogue,
        "current": current,
        "changes": changes,
        "errors": [each for each in found if each.is_error],
        "warnings": [each for each in found if not each.is_error],
        "groups": draft_groups(codes, shown, effects, just_moved(request)),
        "words": words,
        "query": chosen(request.GET),
    }
    return render(request, "competencies/draft.html", context | choices)


def is_shown(code: Code, words: str, choices: dict) -> bool:
    """As CodeQuerySet.named_like and chosen_codes choose, of a code that was read with its sentences."""
    if choices["category"] in Category.values and code.category != choices["category"]:
        return False
    if choices["is_core_only"] and not code.is_core:
        return False
    texts = [code.key, code.title, code.description, *(row.text for row in code.indicators.all())]
    return all(any(word.casefold() in text.casefold() for text in texts) for word in words.split())


def just_moved(request) -> dict[str, str]:
    """By key of the code that this page was opened after moving: in which direction."""
    key, direction = request.GET.get("moved"), request.GET.get("to")
    return {key: direction} if key and direction in DIRECTIONS else {}


def chosen(data) -> dict[str, str]:
    """The filters in use."""
    return {name: data[name] for name in FILTERS if data.get(name)}


@writing
def edit(request, pk):
    """The title of a draft, and what it says about itself."""
    catalogue = draft_for_change(request, pk)
    form = CatalogueForm(request.POST or None, instance=catalogue)
    if request.method == "POST" and form.is_valid():
        record(form.save(), "changed", by=request.user, fields=form.changed_data)
        messages.success(request, _("Draft saved."))
        return redirect(catalogue)
    return render(request, "competencies/edit.html", {"form": form, "catalogue": catalogue}, status=form.status)


def publish(request, pk):
    """What is about to be published, and its publication. Published already: back to it, with a word why not again."""
    catalogue = visible_catalogue(request, pk)
    if not request.user.may("edit_catalogue"):
        raise Http404
    if request.method == "POST":
        try:
            perform(catalogue, "publish", by=request.user)
            messages.success(request, _("Version %(version)d published.") % {"version": catalogue.version})
        except MoveRefused as refusal:
            messages.warning(request, str(refusal))
        return redirect(catalogue)
    if not CataloguePolicy.allows(request.user, catalogue, "edit"):
        raise Http404
    current = Catalogue.objects.in_use().first()
    changes = compare(current, catalogue) if current else None  # reads both versions at once, so before the findings
    found = findings(catalogue)
    context = {
        "catalogue": catalogue,
        "current": current,
        "changes": changes,
        "errors": [each for each in found if each.is_error],
        "warnings": [each for each in found if not each.is_error],
        "move": next(move for move in open_moves(catalogue, request.user) if move["name"] == "publish"),
    }
    return render(request, "competencies/publish.html", context)


def discard(request, pk):
    """Says what is lost; then the draft is gone with all that is in it."""
    catalogue = draft(request, pk)
    if request.method == "POST":
        services.discard(catalogue, by=request.user)
        messages.success(request, _("Draft discarded."))
        return redirect("competencies:versions")
    current = Catalogue.objects.in_use().first()
    context = {"catalogue": catalogue, "current": current, "changes": compare(current, catalogue) if current else None}
    return render(request, "competencies/discard.html", context)


# --- codes -----------------------------------------------------------------------------------------------------------
def draft_code(request, pk) -> Code:
    code = get_object_or_404(Code.objects.visible_to(request.user).select_related("catalogue"), pk=pk)
    draft(request, code.catalogue_id)
    return code


@require_POST
def code_move(request, pk, direction):
    """Move a code past the one that stood above or below it when the page was opened; its id comes as `past`."""
    if direction not in DIRECTIONS:
        raise Http404
    code = draft_code(request, pk)
    other = code.catalogue.codes.filter(key=request.POST.get("past", "")).first()
    if other is None or other.category != code.category:
        messages.warning(request, _("The codes have changed meanwhile. This is the order now."))
    elif not editing.move_past(code, other, is_up=direction == "up", by=request.user):
        messages.warning(request, _("%(key)s was moved there already.") % {"key": code.key})
    query = chosen(request.POST) | {"moved": code.key, "to": direction}
    return redirect(f"{code.catalogue.get_absolute_url()}?{urlencode(query)}")


def code_retire(request, pk):
    """Says what follows for questions; then the code leaves the draft."""
    code = draft_code(request, pk)
    if request.method == "POST":
        editing.retire(code, by=request.user)
        messages.success(request, _("%(key)s retired.") % {"key": code.key})
        return redirect(code.catalogue)
    context = {
        "code": code,
        "questions": code.questions.select_related("section__questionnaire").order_by(
            "section__questionnaire__order", "section__order", "order"
        ),
        "original": Code.objects.in_use().filter(key=code.key).first(),
    }
    return render(request, "competencies/code_retire.html", context)


@require_POST
def code_bring_back(request, pk, code_pk):
    """Undo: a code of the version in use, retired or changed in the draft, becomes again what it is there."""
    catalogue = draft(request, pk)
    original = get_object_or_404(Code.objects.in_use(), pk=code_pk)
    code = editing.bring_back(original, catalogue, by=request.user)
    messages.success(request, _("%(key)s is as in the version in use again.") % {"key": code.key})
    return redirect(code)


# --- scales ----------------------------------------------------------------------------------------------------------
def draft_scale(request, pk) -> Scale:
    scale = get_object_or_404(Scale.objects.visible_to(request.user).select_related("catalogue"), pk=pk)
    draft(request, scale.catalogue_id)
    return scale


def with_free_points(scale: Scale) -> Scale:
    """Of the contact scale the answers are fixed: their weights decide whose answers count."""
    if scale.used_for == UNSCORED_SCALE:
        raise Http404
    return scale


def point_new(request, pk):
    """One more answer of a scale."""
    scale = with_free_points(draft_scale(request, pk))
    form = NewPointForm(request.POST or None, instance=Point(scale=scale))
    if request.method == "POST" and form.is_valid():
        point = editing.add_point(form.save(commit=False), by=request.user)
        messages.success(request, _("Answer “%(label)s” added.") % {"label": point.label})
        return redirect("competencies:scale_edit", scale.pk)
    context = {"form": form, "scale": scale}
    return render(request, "competencies/point_form.html", context, status=400 if form.errors else 200)


@require_POST
def point_remove(request, pk):
    points = Point.objects.filter(scale__in=Scale.objects.visible_to(request.user))
    point = get_object_or_404(points.select_related("scale"), pk=pk)
    draft(request, point.scale.catalogue_id)
    with_free_points(point.scale)
    editing.remove_point(point, by=request.user)
    messages.success(request, _("Answer “%(label)s” removed.") % {"label": point.label})
    return redirect("competencies:scale_edit", point.scale_id)


@require_POST
def scale_bring_back(request, pk):
    """Undo: the scale becomes again what it is in the version in use."""
    scale = draft_scale(request, pk)
    if not Scale.objects.in_use().filter(key=scale.key).exists():
        raise Http404
    editing.reset_scale(scale, by=request.user)
    messages.success(request, _("%(title)s is as in the version in use again.") % {"title": scale.title})
    return redirect(reverse("competencies:scales", args=[scale.catalogue_id]))
