"""People: HR's list, import with a dry run, invitations, stand-ins; and one's own profile."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activity.paging import slice_of
from people import policies, services
from people.confirmation import confirmed
from people.forms import DelegationForm, ImportForm, PersonForm, ProfileForm, RolesForm
from people.importing import plan_import
from people.models import Delegation, User
from people.uploads import keep, take

PER_PAGE = 50
IN_BACKGROUND = 1000  # lines; more are imported by a job


def managed_by(request, pk) -> User:
    """The person, for those who manage people."""
    if not policies.can_manage_people(request.user):
        raise Http404
    return get_object_or_404(User.objects.visible_to(request.user), pk=pk)


def people(request):
    if not (policies.can_manage_people(request.user) or policies.can_operate(request.user)):
        raise Http404
    words = request.GET.get("q", "")
    rows = User.objects.visible_to(request.user).named_like(words).select_related("team", "grade", "manager")
    page = slice_of(rows, ("name", "pk"), request.GET, PER_PAGE)
    return render(request, "people/user_list.html", {"page": page, "words": words})


def person_new(request):
    if not policies.can_manage_people(request.user):
        raise Http404
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = services.add_person(form.save(commit=False), by=request.user)
        messages.success(request, _("%(name)s is invited by e-mail.") % {"name": user.name})
        return redirect("people:list")
    return render(request, "people/user_form.html", {"form": form}, status=400 if form.errors else 200)


def person(request, pk):
    """What HR knows about one person; whoever only operates is led to their roles."""
    if not policies.can_manage_people(request.user) and policies.can_give_roles(request.user, pk):
        return redirect("people:roles", pk)
    user = managed_by(request, pk)
    form = PersonForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        services.change_person(form.save(commit=False), form.changed_data, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("people:list")
    context = {
        "form": form,
        "person": user,
        "delegations": user.delegations.select_related("stand_in"),
        "may_manage": True,
        "may_give_roles": policies.can_give_roles(request.user, user.pk),
    }
    return render(request, "people/user_form.html", context, status=400 if form.errors else 200)


@confirmed
def person_roles(request, pk):
    """Who is HR, auditor, IT: given by IT, by nobody to themselves."""
    user = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    if not policies.can_give_roles(request.user, user.pk):
        raise Http404
    form = RolesForm(request.POST if request.method == "POST" else None, instance=user)
    if request.method == "POST" and form.is_valid():
        services.change_person(form.save(commit=False), form.changed_data, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("people:list")
    return render(request, "people/user_form.html", {"form": form, "person": user})


@require_POST
def person_invite(request, pk):
    user = managed_by(request, pk)
    services.invite([user], by=request.user)
    messages.success(request, _("%(name)s is invited by e-mail.") % {"name": user.name})
    return redirect("people:person", user.pk)


@require_POST
def person_deactivate(request, pk):
    user = managed_by(request, pk)
    if user == request.user:
        raise Http404
    services.deactivate(user, by=request.user)
    messages.success(request, _("%(name)s can no longer sign in.") % {"name": user.name})
    return redirect("people:list")


def import_people(request):
    """Step 1: a file. Step 2: what it would change, or its errors by line. Step 3: all of it at once, or nothing."""
    if not policies.can_manage_people(request.user):
        raise Http404
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        content = form.cleaned_data["file"].read()
        plan = plan_import(content)
        token = keep(request.user, content) if plan.is_clean else ""
        return render(
            request, "people/import_preview.html", {"plan": plan, "token": token}, status=200 if plan.is_clean else 400
        )
    return render(request, "people/import_form.html", {"form": form}, status=400 if form.errors else 200)


@require_POST
def import_apply(request):
    """The very file that was previewed, checked again against the people of this moment."""
    if not policies.can_manage_people(request.user):
        raise Http404
    try:
        content = take(request.user, request.POST.get("token", ""))
    except ValidationError as gone:
        messages.warning(request, gone.message)
        return redirect("people:import")
    if content.count(b"\n") > IN_BACKGROUND:
        return redirect(services.start_import(content, by=request.user, invite_new="invite" in request.POST))
    plan = plan_import(content)
    if not plan.is_clean:
        return render(request, "people/import_preview.html", {"plan": plan, "token": ""}, status=400)
    done = services.apply_import(plan, by=request.user, invite_new="invite" in request.POST)
    messages.success(request, _("Imported: %(new)d new, %(changed)d changed.") % done)
    return redirect("people:list")


def delegation_new(request, pk):
    """A stand-in for an absent manager: set by HR, or by the manager themselves."""
    principal = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    if principal != request.user and not policies.can_manage_people(request.user):
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
    delegation = get_object_or_404(Delegation.objects.select_related("principal"), pk=pk)
    if delegation.principal != request.user and not policies.can_manage_people(request.user):
        raise Http404
    services.end_delegation(delegation, by=request.user)
    messages.success(request, _("The stand-in has ended."))
    return redirect_to_page_of(delegation.principal, request.user)


def redirect_to_page_of(person: User, viewer: User):
    """Back to where stand-ins are listed: one's own profile, or the page HR has of the person."""
    return redirect("people:profile") if person == viewer else redirect("people:person", person.pk)


def profile(request):
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("people:profile")
    context = {"form": form, "delegations": request.user.delegations.select_related("stand_in")}
    return render(request, "people/profile.html", context, status=400 if form.errors else 200)
