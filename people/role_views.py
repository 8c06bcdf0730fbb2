"""Who has which role, and giving one: for HR and IT."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from foundation.ui.drafts import writing
from foundation.ui.paging import slice_of
from foundation.workflow.moves import MoveRefused
from people import policies, roles
from people.confirmation import confirmed
from people.forms import RolesForm
from people.models import User

PER_PAGE = 50
MOST_FOUND = 10


def role_list(request):
    """Everybody who has a role; and a search for somebody to give one."""
    if not policies.can_see_roles(request.user):
        raise Http404
    words = request.GET.get("q", "").strip()
    page = slice_of(roles.holders(), ("name", "pk"), request.GET, PER_PAGE)
    found = User.objects.active().visible_to(request.user).named_like(words) if words else User.objects.none()
    context = {"page": page, "words": words, "found": found.select_related("team").order_by("name")[:MOST_FOUND]}
    return render(request, "people/role_list.html", context)


@confirmed
@writing
def person_roles(request, pk):
    """The roles of one person, and the teams they are HR partner for."""
    user = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    if not policies.can_give_roles(request.user, user.pk):
        raise Http404
    is_post = request.method == "POST"
    form = RolesForm(request.POST if is_post else None, instance=roles.locked(user) if is_post else user)
    if request.method == "POST" and form.is_valid():
        chosen = {role.field: form.cleaned_data[role.field] for role in roles.ROLES}
        try:
            roles.change_roles(user, chosen, form.cleaned_data["partner_teams"], by=request.user)
        except MoveRefused as refusal:
            form.add_error("is_hr", str(refusal))
        else:
            messages.success(request, _("Roles of %(name)s saved.") % {"name": user.name})
            return redirect("people:role_list")
    person = User.objects.get(pk=pk)  # the form has written what was typed into the other one
    context = {"form": form, "person": person}
    return render(request, "people/roles_form.html", context, status=form.status)
