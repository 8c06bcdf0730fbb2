"""The styleguide: every component with invented content, in development only."""

from datetime import timedelta
from types import SimpleNamespace

from crispy_forms.helper import FormHelper
from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.utils import timezone

from foundation.filters import FilterForm, words_field

NAVIGATION = [
    ("Home", "home"),
    ("Team", "users"),
    ("Goals", "target-arrow"),
    ("Feedback", "messages"),
    ("Catalogue", "book-2"),
    ("Cycles", "calendar"),
    ("People", "id"),
    ("Event log", "history"),
]
STEPS = [
    {"label": "Self-assessment", "note": "Done 3 Nov", "state": "done"},
    {"label": "Peer review", "note": "5 of 6 answered", "state": "done"},
    {"label": "Manager evaluation", "note": "Due 28 Nov", "state": "now"},
    {"label": "Calibration", "note": "1–5 Dec", "state": "next"},
    {"label": "Delivery", "note": "8–12 Dec", "state": "next"},
    {"label": "Acknowledged", "note": "by 19 Dec", "state": "next"},
]
CODES = [
    ("TEC-CICD", "Pipelines", "Builds delivery pipelines other teams rely on", 4, 4.2, 4, 3),
    ("TEC-MON", "Monitoring", "Sees drift and failure before the users do", 4, 4.4, 5, 4),
    ("OPS-INC", "Incidents", "Leads incidents calmly and learns from them", 3, 3.8, 4, 3),
    ("OPS-COST", "Cost", "Knows what a model costs and why", 4, 3.2, 3, 3),
    ("TEA-COM", "Communication", "Keeps people informed without being asked", 3, 4, 4, 4),
    ("TEA-MEN", "Mentoring", "Helps others grow, spreads knowledge", 5, 3.6, 4, 3),
]
GOALS = [
    ("Cut failed retraining runs below 2 %", "Reached", "good", 100, "1.4 % over the last six weeks", "weight 30 %"),
    ("Move batch scoring to the new scheduler", "On track", "info", 72, "13 of 18 jobs moved", "weight 40 %"),
    ("Run two incident trainings", "At risk", "warn", 50, "One held, second not planned yet", "weight 15 %"),
    ("Bring model cards to every team", "Behind", "bad", 20, "Template agreed, not started", "weight 15 %"),
]
LEVELS = [
    ("1", "Follows the pipeline others built and asks when it breaks."),
    ("2", "Changes pipelines safely and keeps them documented."),
    ("3", "Designs pipelines with rollback and tests; others copy them."),
    ("0", "Not observed"),
]


class SampleFilter(FilterForm):
    """The filter of a list: words and a choice."""

    q = words_field("Name")
    stage = forms.ChoiceField(label="Stage", choices=[("", "All"), ("peer_review", "Peer review")])


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(max_length=80, help_text="One line that a stranger understands.")
    kind = forms.ChoiceField(choices=[("", "Please choose"), ("number", "Number"), ("yes", "Yes or no")])
    due_on = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), label="Due")
    result = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), max_length=600)
    agreed = forms.BooleanField(label="Both of us agreed on this", required=False)
    level = forms.ChoiceField(choices=LEVELS, widget=forms.RadioSelect, label="Which sentence describes it best?")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = self.helper.disable_csrf = False

    @property
    def without_level(self):
        """The fields crispy lays out; the level is shown by a component."""
        return [field for field in self if field.name != "level"]


def navigation() -> list[dict]:
    return [
        {"label": label, "icon": icon, "url": f"#{icon}", "is_active": label == "Team"} for label, icon in NAVIGATION
    ]


def sample_codes() -> list[SimpleNamespace]:
    names = ("key", "name", "text", "self", "peer", "manager", "expected")
    return [SimpleNamespace(**dict(zip(names, code, strict=True))) for code in CODES]


def sample_radar() -> dict:
    labels, own, peers, given = zip(*[(code[1], code[3], code[4], code[5]) for code in CODES], strict=True)
    return {"labels": list(labels), "self": own, "peer": peers, "manager": given}


@login_not_required
def styleguide(request):
    today = timezone.localdate()
    days = [today - timedelta(days=2), today, today + timedelta(days=3), today + timedelta(days=40)]
    return render(
        request,
        "styleguide.html",
        {
            "user": get_user_model()(name="Marta Keller", job_title="Engineering manager"),
            "navigation": navigation(),
            "steps": STEPS,
            "codes": sample_codes(),
            "radar": sample_radar(),
            "goals": GOALS,
            "days": days,
            "tones": ["good", "warn", "bad", "info", "muted"],
            "filters": SampleFilter({}),
            "form": SampleForm(initial={"title": "Cut failed retraining runs", "level": "2"}),
            "refused": SampleForm({"title": "", "kind": "number", "result": "Half of it"}, prefix="refused"),
            "people": ["Priya Raman", "Jonas Weber", "Aiko Tanaka", "Sten Lindqvist", "Édith Moreau", "Olu Adeyemi"],
            "readers": [
                "Priya reads your answers after delivery, mixed with those of at least two other peers.",
                "Her manager reads the same texts, never your name.",
                "Nobody can find or change your answer after you have sent it.",
            ],
            "entries": [
                {"icon": "send", "text": "Peer review closed", "note": "5 of 6 answered · yesterday 17:40"},
                {"icon": "clipboard-check", "text": "Self-assessment submitted", "note": "Priya · 3 Nov, 09:26"},
                {"icon": "flag", "text": "Review opened", "note": "HR · 20 Oct, 08:00"},
            ],
            "stats": [
                {"label": "Reviews", "value": "128"},
                {"label": "Delivered", "value": "41", "note": "32 %"},
                {"label": "Late", "value": "6"},
                {"label": "Waiting for managers", "value": "37"},
            ],
        },
    )
