"""The catalogue for everybody, and its next version for HR."""

from itertools import pairwise

from django.contrib import messages
from django.db.models import Max
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from competencies import services
from competencies.changes import Effect, compare, differences_of
from competencies.checks import UNSCORED_SCALE
from competencies.forms import PerformanceCodeForm, PointFormSet, ScaleForm, VersionFileForm, VersionForm
from competencies.matrix import matrix_groups
from competencies.models import Catalogue, Code, Scale
from competencies.own_ratings import own_ratings
from competencies.policies import CataloguePolicy
from competencies.presenters import code_groups, level_rows, neighbours, packs_offered, performance_points
from competencies.states import LEVELS, CatalogueStatus, Category
from competencies.uploaded import FileRefused
from competencies.version_file import exported, imported
from foundation.audit.events import record
from foundation.ui.downloads import download
from foundation.ui.drafts import for_change, writing
from people.models import Grade


def visible_catalogue(request, pk):
    return get_object_or_404(Catalogue.objects.visible_to(request.user), pk=pk)


def draft(request, pk):
    """A catalogue that the person may edit; any other does not exist for them."""
    catalogue = visible_catalogue(request, pk)
    if not CataloguePolicy.allows(request.user, catalogue, "edit"):
        raise Http404
    return catalogue


def draft_for_change(request, pk):
    """As `draft`; for a POST locked until its transaction ends."""
    catalogue = get_object_or_404(for_change(Catalogue.objects.visible_to(request.user), request), pk=pk)
    if not CataloguePolicy.allows(request.user, catalogue, "edit"):
        raise Http404
    return catalogue


def row_of_draft(request, rows, pk):
    """A code or scale to be changed. For a POST its catalogue is locked, then itself: everybody locks in this order."""
    row = get_object_or_404(rows.visible_to(request.user), pk=pk)
    draft_for_change(request, row.catalogue_id)
    return get_object_or_404(for_change(rows.select_related("catalogue"), request), pk=pk)


def catalogue(request):
    """The version that new cycles use."""
    current = Catalogue.objects.in_use().first()
    return show(request, current, here="codes") if current else render(request, "competencies/none.html")


def show(request, catalogue, here=""):
    """Codes by category, with the level expected of one grade: one's own, or the chosen one."""
    grades = list(Grade.objects.all())
    chosen = request.GET.get("grade", request.user.grade_id)
    grade = next((grade for grade in grades if grade.key == chosen), None)
    words = request.GET.get("q", "").strip()
    groups = code_groups(chosen_codes(request, catalogue.codes.with_levels().named_like(words)), chosen, words.split())
    context = {
        "catalogue": catalogue,
        "here": here,
        "groups": groups,
        "count": sum(len(group.rows) for group in groups),
        "grades": grades,
        "grade": grade,
        "words": words,
        "can_prepare": request.user.may("edit_catalogue"),
    }
    return render(request, "competencies/catalogue.html", context | choices_of(request))


def chosen_codes(request, codes):
    """Those of the category that was chosen, and the core ones alone where that was ticked."""
    category = request.GET.get("category", "")
    codes = codes.filter(category=category) if category in Category.values else codes
    return codes.core() if "core" in request.GET else codes


def choices_of(request) -> dict:
    """What the filters show as chosen."""
    return {
        "choices": Category.choices,
        "category": request.GET.get("category", ""),
        "is_core_only": "core" in request.GET,
        "is_filtered": any(request.GET.get(name) for name in ("q", "category", "core")),
    }


def code(request, pk):
    """The five sentences, which grades are expected where, and how the reader was rated."""
    codes = Code.objects.visible_to(request.user).with_levels().select_related("catalogue")
    code = get_object_or_404(codes, pk=pk)
    ratings = own_ratings(request.user, [code.key]).get(code.key, [])
    context = {
        "code": code,
        "levels": level_rows(code, performance_points(code.catalogue), request.user.grade_id, ratings),
        "expectations": [{"row": row, "steps": LEVELS} for row in code.expectations.all()],
        "ratings": ratings,
        "place": neighbours(code, code.catalogue.codes.all()),
        "newer": newer(code),
        "own_grade": request.user.grade_id,
        "can_edit": CataloguePolicy.allows(request.user, code.catalogue, "edit"),
    }
    if context["can_edit"]:
        original = Code.objects.in_use().with_levels().filter(key=code.key).first()
        context |= {"original": original, "differences": differences_of(original, code) if original else []}
    return render(request, "competencies/code.html", context)


def newer(code):
    """The code of the same key in the version in use; None where `code` belongs to that version or to a draft."""
    if code.catalogue.status != CatalogueStatus.PUBLISHED:
        return None
    found = Code.objects.in_use().filter(key=code.key).first()
    return found if found and found.pk != code.pk else None


def code_by_key(request, key):
    """An address that stays the same over all versions."""
    return redirect(get_object_or_404(Code.objects.in_use(), key=key.upper()))


def matrix_in_use(request):
    current = Catalogue.objects.in_use().first()
    return show_matrix(request, current, here="matrix") if current else render(request, "competencies/none.html")


def matrix_of(request, pk):
    return show_matrix(request, visible_catalogue(request, pk))


def show_matrix(request, catalogue, here=""):
    """The level expected of each code at each grade, one's own grade marked."""
    grades = list(Grade.objects.all())
    codes = chosen_codes(request, catalogue.codes.all())
    context = {
        "catalogue": catalogue,
        "here": here,
        "grades": grades,
        "own_grade": request.user.grade_id,
        "groups": matrix_groups(codes, grades),
        "points": performance_points(catalogue),
    }
    return render(request, "competencies/matrix.html", context | choices_of(request))


def versions(request):
    """All versions one may read, newest first, with what changed."""
    catalogues = list(Catalogue.objects.visible_to(request.user))
    for newer, older in pairwise(catalogues):
        newer.before = older
    context = {"catalogues": catalogues, "can_prepare": request.user.may("edit_catalogue")}
    if context["can_prepare"]:
        context["packs"] = packs_offered(catalogues)
    return render(request, "competencies/versions.html", context)


def differences(request, pk, other):
    """What the version `pk` changes against `other`."""
    after, before = visible_catalogue(request, pk), visible_catalogue(request, other)
    context = {
        "after": after,
        "before": before,
        "changes": compare(before, after),
        "can_edit": CataloguePolicy.allows(request.user, after, "edit"),
    }
    return render(request, "competencies/differences.html", context)


def new_version(request):
    """HR opens the next version: a copy of the current one, to be edited and published."""
    if not request.user.may("edit_catalogue") or not Catalogue.objects.published().exists():
        raise Http404
    form = VersionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect(services.new_version(by=request.user, note=form.cleaned_data["note"]))
    return render(request, "competencies/version_form.html", {"form": form})


def import_version(request):
    """A file of an exported version as a draft; what is wrong with it is told by path, and nothing is stored."""
    if not request.user.may("edit_catalogue"):
        raise Http404
    is_sent = request.method == "POST"
    form = VersionFileForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    errors: list[str] = []
    if is_sent and form.is_valid():
        try:
            draft = imported(form.cleaned_data["file"].read(), by=request.user)
        except FileRefused as refused:
            errors = refused.errors
        else:
            messages.success(request, _("Imported as a draft. Look at it before you publish it."))
            return redirect(draft)
    status = 400 if errors or form.errors else 200
    return render(request, "competencies/import.html", {"form": form, "errors": errors}, status=status)


def export_version(request, pk):
    """All of a version as one YAML file."""
    catalogue = visible_catalogue(request, pk)
    if not request.user.may("edit_catalogue"):
        raise Http404
    return download(exported(catalogue), catalogue.title, f"version {catalogue.version}", kind="yaml")


@writing
def code_new(request, pk):
    catalogue = draft_for_change(request, pk)
    last = catalogue.codes.aggregate(last=Max("order"))["last"]
    return code_form(request, Code(catalogue=catalogue, order=0 if last is None else last + 1))


@writing
def code_edit(request, pk):
    return code_form(request, row_of_draft(request, Code.objects, pk))


def code_form(request, code):
    form = PerformanceCodeForm(request.POST or None, instance=code)
    if request.method == "POST" and form.is_valid():
        values = {"sentences": form.sentences(), "expectations": form.expectations()}
        code = services.write_code(form.instance, by=request.user, **values)
        messages.success(request, _("%(key)s saved.") % {"key": code.key})
        return redirect(code)
    return render(request, "competencies/code_form.html", {"form": form, "code": code}, status=form.status)


def scales_in_use(request):
    current = Catalogue.objects.in_use().first()
    return show_scales(request, current, here="scales") if current else render(request, "competencies/none.html")


def scales(request, pk):
    return show_scales(request, visible_catalogue(request, pk))


def show_scales(request, catalogue, here=""):
    """The scales of a version: a word and a sentence per point."""
    can_edit = CataloguePolicy.allows(request.user, catalogue, "edit")
    context = {
        "catalogue": catalogue,
        "here": here,
        "scales": catalogue.scales.prefetch_related("points"),
        "can_edit": can_edit,
        "changed": changed_scales(catalogue) if can_edit else [],
    }
    return render(request, "competencies/scales.html", context)


def changed_scales(catalogue) -> list[str]:
    """The keys of the scales that differ from the version in use, which has them too."""
    current = Catalogue.objects.in_use().first()
    entries = compare(current, catalogue).scales if current else []
    return [entry.subject.key for entry in entries if entry.effect == Effect.CHANGED]


@writing
def scale_edit(request, pk):
    """The words of a scale and of its points; scores stay what they are."""
    scale = row_of_draft(request, Scale.objects, pk)
    form = ScaleForm(request.POST or None, instance=scale)
    points = PointFormSet(request.POST or None, queryset=scale.points.all())
    if request.method == "POST" and form.is_valid() and points.is_valid():
        form.save()
        points.save()
        record(scale.catalogue, "scale_written", by=request.user, scale=scale.key)
        messages.success(request, _("%(title)s saved.") % {"title": scale.title})
        return redirect("competencies:scales", scale.catalogue_id)
    conflicts = form.conflicts + [row for point in points for row in point.conflicts]
    refused = 400 if request.method == "POST" else 200
    context = {"form": form, "points": points, "scale": scale, "conflicts": conflicts}
    context["has_free_points"] = scale.used_for != UNSCORED_SCALE
    context["is_outdated"] = any("id" in point.errors for point in points)
    return render(request, "competencies/scale_form.html", context, status=409 if conflicts else refused)
