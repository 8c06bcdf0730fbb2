"""The product's addresses, the styleguide, and a draft to try saving by itself on."""

from datetime import datetime
from types import SimpleNamespace

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template import engines
from django.urls import include, path
from django.utils import timezone

from foundation.ui import drafts, styleguide

NAMES = ("result", "wish", "level", "agreed")
DRAFT = SimpleNamespace(version=1, fields={}, requests=[], answers=[])

PAGE = """
{% extends "base.html" %}
{% block title %}Writing{% endblock %}
{% block heading %}Writing{% endblock %}
{% block content %}
<form method="post" class="card" data-autosave-url="{% url "draft-save" %}">
  {% csrf_token %}{{ hidden }}
  <label for="id_result">Result</label>
  <textarea class="form-control" id="id_result" name="result" data-most="100">{{ draft.fields.result }}</textarea>
  <label for="id_wish">Wish</label>
  <textarea class="form-control" id="id_wish" name="wish">{{ draft.fields.wish }}</textarea>
  {% include "components/choices.html" with field=form.level only %}
  <label><input type="checkbox" name="agreed" {% if draft.fields.agreed %}checked{% endif %}> Agreed</label>
  <p class="autosave" data-autosave-state aria-live="polite"></p>
  <button class="btn" data-confirm="Really send it?" data-confirm-label="Send">Submit</button>
</form>
<form method="post" data-warn-leave><label for="id_note">Note</label><input id="id_note" name="note"></form>
{% endblock %}
"""


class DraftForm(forms.Form):
    level = forms.ChoiceField(choices=[("1", "Follows"), ("2", "Leads")], widget=forms.RadioSelect, required=False)


def restart(**fields):
    DRAFT.version, DRAFT.fields, DRAFT.requests, DRAFT.answers = 1, fields, [], []


@login_not_required
def write(request):
    if request.method == "POST":
        DRAFT.requests.append(request.POST.dict())
        return HttpResponse("Received", content_type="text/plain")
    form = DraftForm(initial=DRAFT.fields)
    hidden = drafts.hidden_fields(DRAFT.version, dict.fromkeys(NAMES, "") | DRAFT.fields)
    return HttpResponse(
        engines["django"].from_string(PAGE).render({"draft": DRAFT, "form": form, "hidden": hidden}, request)
    )


@login_not_required
def save(request):
    """Keeps the contract of components/README.md, after giving the answers a test asked for first."""
    if drafts.asks_for_version(request):
        return drafts.version_answer(DRAFT)
    sent = request.POST.dict()
    DRAFT.requests.append(sent)
    if DRAFT.answers:
        answer = DRAFT.answers.pop(0)
        return redirect("account_login") if answer == "sign in" else HttpResponse(status=answer)
    mine = {name: value for name, value in sent.items() if name not in ("version", "base", "csrfmiddlewaretoken")}
    is_newest = sent["version"] == str(DRAFT.version)
    merge = drafts.merged(DRAFT.fields, mine, drafts.posted_base(sent), is_newest=is_newest)
    DRAFT.fields |= merge.changes
    DRAFT.version += 1 if merge.changes else 0
    saved_at = timezone.make_aware(datetime(2026, 1, 1, 10, 42))
    return drafts.autosave_answer(DRAFT, DRAFT.fields, merge, refused={}, saved_at=saved_at)


urlpatterns = [
    path("", include("config.urls")),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("draft/", write, name="draft"),
    path("draft/save/", save, name="draft-save"),
]
