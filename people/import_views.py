"""The import of people: a file, its preview with the way each column is read, then all of it or nothing."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.ui.downloads import table
from people import samples, services, uploads
from people.columns import COLUMNS
from people.dependents import question_after
from people.forms import ImportForm, ImportOptionsForm
from people.importing import SHOWN, Options, Plan, plan_import

IN_BACKGROUND = 1000  # lines; more are imported by a job
SHOWN_PEOPLE = 200


def check_may_import(request) -> None:
    if not request.user.may("edit_people"):
        raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
def import_people(request):
    """Step 1: a file. Step 2: how it is read and what it would change, or its errors by line; as often as needed."""
    check_may_import(request)
    if request.method == "POST" and request.POST.get("token"):
        return preview_again(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        content = form.cleaned_data["file"].read()
        try:
            token = uploads.keep(request.user, content)
        except ValidationError as full:
            form.add_error("file", full)
        else:
            return preview(request, token, plan_import(content))
    return form_page(request, form)


def form_page(request, form):
    context = {"form": form, "allowed": samples.allowed_values()}
    return render(request, "people/import_form.html", context, status=400 if form.errors else 200)


def preview_again(request):
    """The same file with other choices."""
    try:
        content = uploads.peek(request.user, request.POST["token"])
    except ValidationError as gone:
        return start_again(request, gone)
    return preview(request, request.POST["token"], plan_import(content, options_of(request)))


def start_again(request, why: ValidationError):
    messages.warning(request, why.message)
    return redirect("people:import")


def options_of(request) -> Options:
    return ImportOptionsForm(request.POST).options()


def preview(request, token: str, plan: Plan, note: str = ""):
    """What the file would do. `note` says why it was not imported yet."""
    if plan.is_clean and not plan.needs_date_order:
        found = {"seen": plan.seen, "questions": [each.key for each in plan.questions], "lines": len(plan.rows)}
        uploads.note_preview(request.user, token, found)
    invites = "invite" in request.POST or "answered" not in request.POST  # on until HR was asked and said no
    context = {
        "plan": plan,
        "token": token,
        "note": note,
        "columns": list(zip(plan.header, plan.columns, strict=True)),
        "choices": [(column.key, column.label) for column in COLUMNS],
        "new": plan.new[:SHOWN_PEOPLE],
        "changed": plan.changed[:SHOWN_PEOPLE],
        "most": SHOWN,
        "is_ok": plan.is_clean and not plan.needs_date_order,
        "invites": invites,
        "reactivates": "reactivate" in request.POST,
    }
    is_bad = bool(note) or not plan.is_clean
    return render(request, "people/import_preview.html", context, status=400 if is_bad else 200)


@require_POST
def import_apply(request):
    """Step 3: the very file that was previewed, checked again against the people of this moment."""
    check_may_import(request)
    token, options = request.POST.get("token", ""), options_of(request)
    try:
        content = uploads.peek(request.user, token)
        last = uploads.last_preview(request.user, token)
        if options.columns and last.get("seen") != options.seen:
            note = _("You changed how the file is read. Check the preview again, then import.")
            return preview(request, token, plan_import(content, options), note)
        if last.get("lines", 0) > IN_BACKGROUND and set(last["questions"]) <= options.agreed:
            uploads.take(request.user, token)
            return redirect(services.start_import(content, options, by=request.user, **answers(request)))
        return apply_now(request, token, content, options)
    except ValidationError as gone:
        return start_again(request, gone)


def answers(request) -> dict:
    return {"invite_new": "invite" in request.POST, "reactivate_returning": "reactivate" in request.POST}


def apply_now(request, token: str, content: bytes, options: Options):
    plan = plan_import(content, options)
    if not plan.is_ready:
        note = _("Nothing was imported yet. Tick what you agree to, then import.") if plan.is_clean else ""
        return preview(request, token, plan, note)
    try:
        done = services.apply_import(plan, by=request.user, **answers(request))
    except IntegrityError:
        messages.warning(request, _("Somebody changed the same people meanwhile. Nothing was imported; try it again."))
        return redirect("people:import")
    uploads.take(request.user, token)  # not before: with the database full or gone the same file can be sent again
    messages.success(request, _("Imported: %(new)d new, %(changed)d changed.") % done)
    changed = ["manager"] if plan.with_new_manager else []
    return redirect(question_after(changed, request.user) or "people:list")


@require_safe
def import_sample(request, kind):
    """A small file to start from."""
    check_may_import(request)
    if kind not in ("csv", "xlsx"):
        raise Http404
    return table(samples.sample_rows(), "people", kind=kind)
