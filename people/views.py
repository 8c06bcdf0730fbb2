"""People: HR's list, import with a dry run, invitations, stand-ins; and one's own profile."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from foundation.ui.drafts import for_change, writing
from foundation.ui.paging import slice_of
from foundation.workflow.moves import MoveRefused
from people import leaving, role_changes, services
from people.dependents import dependents_of, question_after
from people.fields import is_id
from people.forms import DelegationForm, PeopleFilter, PersonForm, ProfileForm, SuccessorForm
from people.models import Delegation, User
from people.policies import DelegationPolicy, UserPolicy

PER_PAGE = 50
CHOICE = "choice-"
NEEDED = {
    "no-manager": gettext_lazy("People without a manager"),
    "manager-left": gettext_lazy("People whose manager has left"),
    "mail-refused": gettext_lazy("People whose email was refused in the last 14 days"),
}


def managed_by(request, pk) -> User:
    """The person, for those who manage people."""
    return get_object_or_404(UserPolicy.filter(User.objects.visible_to(request.user), request.user, "edit"), pk=pk)


def people(request):
    if not (request.user.may("edit_people") or request.user.may("operate")):
        raise Http404
    form = PeopleFilter(request.GET)
    rows = User.objects.visible_to(request.user).named_like(form.chosen["q"])
    need = form.chosen["needs"] if request.user.may("edit_people") else ""
    rows = rows.in_need_of(need).select_related("team", "grade", "manager")
    page = slice_of(rows, ("name", "pk"), request.GET, PER_PAGE)
    context = {"page": page, "form": form, "needs": NEEDED.get(need, "")}
    return render(request, "people/user_list.html", context)


def person_new(request):
    """Add one person. Further clicks on the same form find the person the first one made."""
    if not request.user.may("edit_people"):
        raise Http404
    if earlier := made_by_an_earlier_click(request):
        return added(request, earlier)
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return added(request, services.add_person(form.save(commit=False), by=request.user))
        except ValidationError as taken:
            form.add_error("email", taken)
    if form.errors and (earlier := made_by_an_earlier_click(request)):  # it came in between: its address is now taken
        return added(request, earlier)
    return render(request, "people/user_form.html", {"form": form}, status=400 if form.errors else 200)


def made_by_an_earlier_click(request) -> User | None:
    key = request.POST.get("key", "")
    return User.objects.visible_to(request.user).filter(pk=key).first() if is_id(key) else None


def added(request, user: User):
    messages.success(request, _("Invitation sent to %(name)s.") % {"name": user.name})
    return redirect("people:list")


@writing
def person(request, pk):
    """What HR knows about one person; whoever only operates is led to their roles."""
    if not request.user.may("edit_people") and UserPolicy.allows(request.user, User(pk=pk), "give_roles"):
        return redirect("people:roles", pk)
    user = for_change(User.objects, request).get(pk=managed_by(request, pk).pk)
    form = PersonForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        changed = form.changed_fields()
        try:
            services.change_person(form.save(commit=False), changed, by=request.user)
        except IntegrityError:
            form.add_error("email", _("Somebody has this address or employee ID already."))
        else:
            messages.success(request, _("%(name)s saved.") % {"name": user.name})
            return redirect(question_after(changed, request.user) or "people:list")
    context = {
        "form": form,
        "person": User.objects.select_related("manager").get(pk=pk),  # as stored, not as typed
        "delegations": user.delegations.select_related("stand_in"),
        "may_manage": True,
        "may_give_roles": UserPolicy.allows(request.user, user, "give_roles"),
    }
    return render(request, "people/user_form.html", context, status=form.status)


@require_POST
def person_invite(request, pk):
    user = managed_by(request, pk)
    if services.invite([user], by=request.user):
        messages.success(request, _("Invitation sent to %(name)s.") % {"name": user.name})
    else:
        messages.warning(request, _("%(name)s has left. Reactivate them first.") % {"name": user.name})
    return redirect("people:person", user.pk)


def person_deactivate(request, pk):
    """What depends on the person, who takes it over, and then the end of their account."""
    user = managed_by(request, pk)
    if not UserPolicy.allows(request.user, user, "deactivate") or not user.is_active:
        raise Http404
    form = SuccessorForm(user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            successor = form.cleaned_data["successor"]
            leaving.deactivate(user, by=request.user, successor=successor, chosen=chosen_in(request.POST))
        except KeyError as unknown:  # decided meanwhile, or never offered
            raise Http404 from unknown
        except MoveRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(name)s can no longer sign in.") % {"name": user.name})
            return redirect("people:list")
    context = {"form": form, "person": user, "kinds": dependents_of(user), "is_last_hr": role_changes.is_last_hr(user)}
    return render(request, "people/deactivate.html", context, status=400 if form.errors else 200)


def chosen_in(posted) -> dict[str, str]:
    """What was chosen on the page of leaving, by the key of each thing."""
    names = [name for name in posted if name.startswith(CHOICE) and posted[name]]
    return {name.removeprefix(CHOICE): posted[name] for name in names}


@require_POST
def person_reactivate(request, pk):
    """Somebody comes back: the account as it was, without its former roles, and an invitation."""
    user = managed_by(request, pk)
    if leaving.reactivate([user], by=request.user):
        services.invite([user], by=request.user)
        words = _("%(name)s can sign in again and is invited by email. Check team and manager.")
        messages.success(request, words % {"name": user.name})
    return redirect("people:person", user.pk)


def delegation_new(request, pk):
    """A stand-in for an absent manager: set by HR, or by the manager themselves."""
    principal = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    if not UserPolicy.allows(request.user, principal, "set_stand_in"):
        raise Http404
    form = DelegationForm(request.POST or None, instance=Delegation(principal=principal))
    if request.method == "POST" and form.is_valid():
        services.delegate(form.save(commit=False), by=request.user)
        messages.success(request, _("The stand-in is set."))
        return redirect_to_page_of(principal, request.user)
    return render(
        request,
        "people/delegation_form.html",
        {"form": form, "principal": principal},
        status=400 if form.errors else 200,
    )


@require_POST
def delegation_end(request, pk):
    rows = Delegation.objects.select_related("principal")
    delegation = get_object_or_404(DelegationPolicy.filter(rows, request.user, "end"), pk=pk)
    services.end_delegation(delegation, by=request.user)
    messages.success(request, _("The stand-in has ended."))
    return redirect_to_page_of(delegation.principal, request.user)


def redirect_to_page_of(person: User, viewer: User):
    """Back to where stand-ins are listed: one's own profile, or the page HR has of the person."""
    return redirect("people:profile") if person == viewer else redirect("people:person", person.pk)


@writing
def profile(request):
    form = ProfileForm(request.POST or None, instance=for_change(User.objects, request).get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("people:profile")
    context = {"form": form, "delegations": request.user.delegations.select_related("stand_in")}
    return render(request, "people/profile.html", context, status=form.status)
