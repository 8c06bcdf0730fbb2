"""Who has which role, and giving one: for HR and IT. What each role permits: for auditors too."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from foundation.ui.drafts import writing
from foundation.ui.paging import slice_of
from foundation.workflow.moves import MoveRefused
from people import role_changes
from people.confirmation import confirmed
from people.forms import PersonSearch, RolesForm
from people.models import User
from people.policies import UserPolicy
from people.roles import GIVEN, PERMISSIONS, ROLES

PER_PAGE = 50
MOST_FOUND = 10


def role_list(request):
    """Everybody who has a role; and a search for somebody to give one."""
    if not request.user.may("give_roles"):
        raise Http404
    form = PersonSearch(request.GET)
    words = form.chosen["q"]
    page = slice_of(role_changes.holders(), ("name", "pk"), request.GET, PER_PAGE)
    found = User.objects.active().visible_to(request.user).named_like(words) if words else User.objects.none()
    context = {
        "page": page,
        "form": form,
        "words": words,
        "found": found.select_related("team").order_by("name")[:MOST_FOUND],
    }
    return render(request, "people/role_list.html", context)


@require_safe
def role_permissions(request):
    """Every role in words: who has it, and what it permits."""
    if not request.user.may("see_roles"):
        raise Http404
    roles = [
        {
            "role": role,
            "permits": [words for key, words in PERMISSIONS.items() if key in role.permissions] + [*role.by_relation],
        }
        for role in ROLES
    ]
    return render(request, "people/role_permissions.html", {"roles": roles})


@confirmed
@writing
def person_roles(request, pk):
    """The roles of one person, and the teams they are HR partner for."""
    user = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    if not UserPolicy.allows(request.user, user, "give_roles"):
        raise Http404
    is_post = request.method == "POST"
    form = RolesForm(request.POST if is_post else None, instance=role_changes.locked(user) if is_post else user)
    if request.method == "POST" and form.is_valid():
        chosen = {role.held: form.cleaned_data[role.held] for role in GIVEN}
        try:
            role_changes.change_roles(user, chosen, form.cleaned_data["partner_teams"], by=request.user)
        except MoveRefused as refusal:
            form.add_error("is_hr", str(refusal))
        else:
            messages.success(request, _("Roles of %(name)s saved.") % {"name": user.name})
            return redirect("people:role_list")
    person = User.objects.get(pk=pk)  # the form has written what was typed into the other one
    context = {"form": form, "person": person}
    return render(request, "people/roles_form.html", context, status=form.status)
