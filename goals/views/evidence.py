"""Pages of evidence."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from foundation.ui.drafts import for_change, writing
from goals import services
from goals.forms import EvidenceForm
from goals.models import Evidence
from goals.policies import EvidencePolicy, writes_for_others


def own_evidence(request):
    return EvidencePolicy.filter(Evidence.objects.all(), request.user, "edit")


def index(request):
    """What the person who looks has collected, newest first, and what imports propose."""
    rows = own_evidence(request).with_links(request.user)
    page = Paginator(rows.confirmed(), 30).get_page(request.GET.get("page"))
    context = {"page": page, "proposals": rows.proposals()[:30], "can_assign": writes_for_others(request.user)}
    return render(request, "goals/evidence_list.html", context)


def with_today(posted):
    data = posted.copy()
    data["happened_on"] = timezone.localdate().isoformat()
    return data


def add(request):
    """A new piece of evidence. With prefill=1 the posted values are shown in the form and nothing is saved."""
    is_quick = "quick" in request.POST  # one line from home, about today
    data = with_today(request.POST) if is_quick else request.POST or None
    form = EvidenceForm(data, owner=request.user, instance=Evidence(owner=request.user))
    if "prefill" in request.POST:
        initial = {name: request.POST[name] for name in ("note", "happened_on", "link") if name in request.POST}
        form = EvidenceForm(owner=request.user, instance=Evidence(owner=request.user), initial=initial)
    elif request.method == "POST" and form.is_valid():
        form.save_once(owner=request.user)
        alone, read = (
            _("Evidence saved. It is private until you attach it to a goal or a review."),
            _("Evidence saved with its goals."),
        )
        messages.success(request, read if form.cleaned_data["goals"] else alone)
        return redirect("/" if is_quick else "goals:evidence")
    return render(request, "goals/evidence_form.html", {"form": form, "evidence": None}, status=form.status)


@writing
def edit(request, pk):
    """Words, codes and goals of one's own evidence; saving a proposal takes it."""
    evidence = get_object_or_404(for_change(own_evidence(request), request), pk=pk)
    form = EvidenceForm(request.POST or None, owner=request.user, instance=evidence)
    if request.method == "POST" and form.is_valid():
        services.attach(form.save(), form.cleaned_data["goals"], by=request.user)
        return redirect("goals:evidence")
    return render(request, "goals/evidence_form.html", {"form": form, "evidence": evidence}, status=form.status)


@require_POST
def delete(request, pk):
    get_object_or_404(own_evidence(request), pk=pk).delete()
    messages.success(request, _("Evidence deleted."))
    return redirect("goals:evidence")
