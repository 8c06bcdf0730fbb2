"""The catalogue for everybody, and its next version for HR."""

from itertools import pairwise

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from competencies import services
from competencies.changes import compare
from competencies.forms import PerformanceCodeForm, PointFormSet, ScaleForm, VersionForm
from competencies.models import LEVELS, Catalogue, Code, Scale
from competencies.policies import CataloguePolicy
from competencies.states import Category
from foundation.ui.drafts import for_change, writing
from foundation.workflow.moves import MoveRefused, open_moves, perform
from people.models import Grade


def visible_catalogue(request, pk):
    return get_object_or_404(Catalogue.objects.visible_to(request.user), pk=pk)


def draft(request, pk):
    """A catalogue that the person may edit; any other does not exist for them."""
    catalogue = visible_catalogue(request, pk)
    if not CataloguePolicy.allows(request.user, catalogue, "edit"):
        raise Http404
    return catalogue


def catalogue(request):
    """The version that new cycles use."""
    current = Catalogue.objects.published().order_by("-version").first()
    if current is None:
        return render(request, "competencies/none.html")
    return show(request, current)


def detail(request, pk):
    return show(request, visible_catalogue(request, pk))


def show(request, catalogue):
    """Codes by category, with the level expected of one grade: one's own, or the chosen one."""
    grades = list(Grade.objects.all())
    chosen = request.GET.get("grade", request.user.grade_id)
    grade = next((grade for grade in grades if grade.key == chosen), None)
    codes = catalogue.codes.with_levels().named_like(request.GET.get("q", ""))
    category = request.GET.get("category", "")
    codes = codes.filter(category=category) if category in Category.values else codes
    codes = codes.core() if "core" in request.GET else codes
    context = {
        "catalogue": catalogue,
        "categories": by_category(codes, grade.key if grade else None),
        "grades": grades,
        "grade": grade,
        "choices": Category.choices,
        "category": category,
        "words": request.GET.get("q", ""),
        "is_core_only": "core" in request.GET,
        "can_edit": CataloguePolicy.allows(request.user, catalogue, "edit"),
        "can_prepare": request.user.may("edit_catalogue"),
        "moves": open_moves(catalogue, request.user),
    }
    return render(request, "competencies/catalogue.html", context)


def by_category(codes, grade_key) -> list[dict]:
    """One entry per category with codes: its label, and each code with what is expected at the grade."""
    groups: dict[str, dict] = {value: {"label": label, "rows": []} for value, label in Category.choices}
    for code in codes:
        level = code.expected_at(grade_key)
        row = {"code": code, "level": level, "sentence": code.sentence(level), "steps": LEVELS}
        groups[code.category]["rows"].append(row)
    return [group for group in groups.values() if group["rows"]]


def code(request, pk):
    """The five sentences, and the level at which each grade meets what is expected."""
    codes = Code.objects.visible_to(request.user).with_levels().select_related("catalogue")
    code = get_object_or_404(codes, pk=pk)
    context = {
        "code": code,
        "matrix": [{"expectation": row, "steps": LEVELS} for row in code.expectations.all()],
        "own": code.expected_at(request.user.grade_id),
        "can_edit": CataloguePolicy.allows(request.user, code.catalogue, "edit"),
    }
    return render(request, "competencies/code.html", context)


def versions(request):
    """All versions one may read, newest first, with what changed."""
    catalogues = list(Catalogue.objects.visible_to(request.user))
    for newer, older in pairwise(catalogues):
        newer.before = older
    context = {"catalogues": catalogues, "can_prepare": request.user.may("edit_catalogue")}
    return render(request, "competencies/versions.html", context)


def differences(request, pk, other):
    """What the version `pk` changes against `other`."""
    after, before = visible_catalogue(request, pk), visible_catalogue(request, other)
    context = {"after": after, "before": before, "changes": compare(before, after)}
    return render(request, "competencies/differences.html", context)


def new_version(request):
    """HR opens the next version: a copy of the current one, to be edited and published."""
    if not request.user.may("edit_catalogue") or not Catalogue.objects.published().exists():
        raise Http404
    form = VersionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect(services.new_version(by=request.user, note=form.cleaned_data["note"]))
    return render(request, "competencies/version_form.html", {"form": form})


@require_POST
def publish(request, pk):
    catalogue = visible_catalogue(request, pk)
    if not request.user.may("edit_catalogue"):
        raise Http404
    try:
        perform(catalogue, "publish", by=request.user)
    except MoveRefused as refusal:
        messages.warning(request, str(refusal))
    return redirect(catalogue)


@require_POST
def discard(request, pk):
    services.discard(draft(request, pk), by=request.user)
    messages.success(request, _("Draft discarded."))
    return redirect("competencies:versions")


def code_new(request, pk):
    catalogue = draft(request, pk)
    return code_form(request, Code(catalogue=catalogue, order=catalogue.codes.count()))


@writing
def code_edit(request, pk):
    codes = Code.objects.visible_to(request.user).select_related("catalogue")
    code = get_object_or_404(for_change(codes, request), pk=pk)
    draft(request, code.catalogue_id)
    return code_form(request, code)


def code_form(request, code):
    form = PerformanceCodeForm(request.POST or None, instance=code)
    if request.method == "POST" and form.is_valid():
        values = {"sentences": form.sentences(), "expectations": form.expectations()}
        return redirect(services.write_code(form.instance, by=request.user, **values))
    return render(request, "competencies/code_form.html", {"form": form, "code": code}, status=form.status)


@require_POST
def code_delete(request, pk):
    code = get_object_or_404(Code.objects.visible_to(request.user).select_related("catalogue"), pk=pk)
    catalogue = draft(request, code.catalogue_id)
    code.delete()
    messages.success(request, _("Code removed from this version."))
    return redirect(catalogue)


def scales(request, pk):
    """The scales of a version: a word and a sentence per point."""
    catalogue = visible_catalogue(request, pk)
    context = {
        "catalogue": catalogue,
        "scales": catalogue.scales.prefetch_related("points"),
        "can_edit": CataloguePolicy.allows(request.user, catalogue, "edit"),
    }
    return render(request, "competencies/scales.html", context)


@writing
def scale_edit(request, pk):
    """The words of a scale and of its points; scores stay what they are."""
    scale = get_object_or_404(for_change(Scale.objects.visible_to(request.user), request), pk=pk)
    draft(request, scale.catalogue_id)
    form = ScaleForm(request.POST or None, instance=scale)
    points = PointFormSet(request.POST or None, queryset=scale.points.all())
    if request.method == "POST" and form.is_valid() and points.is_valid():
        form.save()
        points.save()
        return redirect("competencies:scales", scale.catalogue_id)
    conflicts = form.conflicts + [row for point in points for row in point.conflicts]
    refused = 400 if request.method == "POST" else 200
    context = {"form": form, "points": points, "scale": scale, "conflicts": conflicts}
    return render(request, "competencies/scale_form.html", context, status=409 if conflicts else refused)
