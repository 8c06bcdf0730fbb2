"""Each component by what it renders."""

from datetime import timedelta

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.utils import timezone

HOSTILE = "<script>alert(1)</script>"


def show(name, request=None, **context):
    """A component as it is read: how it is broken into lines means nothing."""
    return " ".join(render_to_string(f"components/{name}.html", context, request).split())


class SampleForm(forms.Form):
    title = forms.CharField()
    level = forms.ChoiceField(choices=[("1", "Follows"), ("2", HOSTILE)], widget=forms.RadioSelect)

    def clean(self):
        raise forms.ValidationError("The two do not fit together.")


def test_status_is_told_by_word_and_shape_not_colour_alone():
    badge = show("status_badge", label="Late", tone="bad")
    assert "Late" in badge
    assert "#alert-circle" in badge


def test_deadline_carries_the_exact_day_and_turns_quiet_when_done():
    on = timezone.localdate() - timedelta(days=2)
    assert f'datetime="{on.isoformat()}"' in show("deadline", on=on, label="Due")
    assert "2 days late" in show("deadline", on=on)
    assert "late" not in show("deadline", on=on, done=True)
    assert show("deadline", on=None).strip() == ""


def test_progress_has_a_name_and_a_number():
    bar = show("progress", value=72.5, text="72 %", label="Move the jobs", tone="info")
    assert '<progress value="72.5" max="100" aria-label="Move the jobs">' in bar
    assert "72 %" in bar
    assert 'aria-labelledby="goal-1"' in show("progress", value=1, maximum=3, labelled_by="goal-1")


def test_steps_mark_what_is_done_and_where_we_are():
    steps = [{"label": "Write", "state": "done"}, {"label": "Read", "state": "now"}, {"label": "Sign", "state": "next"}]
    html = show("steps", steps=steps)
    assert html.count('aria-current="step"') == 1
    assert html.count('aria-label="Done"') == 1
    assert html.index("Write") < html.index("Read") < html.index("Sign")


def test_empty_state_offers_the_next_thing_to_do():
    html = show("empty_state", title="No goals yet", url="/goals/new", label="Add a goal")
    assert '<a class="btn btn-primary" href="/goals/new">Add a goal</a>' in html
    assert "<a" not in show("empty_state", title="No goals yet")


def test_pager_shows_only_the_ways_there_are():
    assert show("pager").strip() == ""
    html = show("pager", next_url="?after=9", text="1–25")
    assert 'rel="next"' in html
    assert 'rel="prev"' not in html


def test_pages_keep_the_filters(rf):
    page = Paginator(range(30), 10).page(2)
    html = show("pages", rf.get("/people/", {"team": "ml", "page": "2"}), page=page)
    assert "?team=ml&amp;page=1" in html
    assert "?team=ml&amp;page=3" in html
    assert "Page 2 of 3" in html


def test_error_summary_links_to_the_fields():
    html = show("form_errors", form=SampleForm({"title": ""}))
    assert 'href="#id_title"' in html
    assert 'href="#id_level_0"' in html
    assert "The two do not fit together." in html
    assert show("form_errors", form=SampleForm()).strip() == ""


def test_choices_keep_what_was_chosen_and_say_what_is_wrong():
    chosen = show("choices", field=SampleForm(initial={"level": "1"})["level"])
    assert 'value="1" id="id_level_0" checked' in chosen
    assert chosen.count("checked") == 1
    refused = show("choices", field=SampleForm({"title": "x"})["level"])
    assert "is-invalid" in refused
    assert 'aria-describedby="id_level_about"' in refused


@pytest.mark.parametrize(
    ("name", "context"),
    [
        ("status_badge", {"label": HOSTILE, "tone": HOSTILE}),
        ("person", {"person": HOSTILE, "note": HOSTILE, "url": HOSTILE}),
        ("progress", {"value": 1, "text": HOSTILE, "label": HOSTILE}),
        ("empty_state", {"title": HOSTILE, "text": HOSTILE}),
        ("steps", {"steps": [{"label": HOSTILE, "note": HOSTILE, "state": "now"}]}),
        ("who_reads_this", {"sentences": [HOSTILE]}),
        ("card_header", {"title": HOSTILE, "sub": HOSTILE}),
        ("quote", {"text": HOSTILE, "source": HOSTILE}),
        ("verdict", {"title": HOSTILE, "note": HOSTILE}),
        ("alert", {"text": HOSTILE, "title": HOSTILE}),
        ("activity", {"entries": [{"text": HOSTILE, "note": HOSTILE, "icon": HOSTILE}]}),
        ("stats", {"stats": [{"label": HOSTILE, "value": HOSTILE}]}),
        ("choices", {"field": SampleForm()["level"]}),
    ],
)
def test_nothing_people_write_becomes_markup(name, context):
    assert "&lt;script&gt;" in show(name, **context)
    assert "<script" not in show(name, **context)


def test_charts_have_words_for_those_who_cannot_see_them():
    from tests.ui.test_ui import render

    plot = render("{% dotplot label=name self=4 peer=3.8 %}", name="Pipelines")
    assert 'role="img" aria-label="Pipelines: Self 4, Collaborators 3.8"' in plot
    chart = render("{% radar 'Shape' labels self=own %}", labels=["A", "B", "C"], own=[1, 2, None])
    assert 'aria-label="Shape. Self: A 1, B 2. "' in chart
