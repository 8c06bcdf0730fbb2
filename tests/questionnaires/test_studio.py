"""The questionnaires and review templates of a draft in the browser: read, edited, ordered, brought back, previewed."""

import re

import pytest
from django.urls import reverse

from competencies.changes import compare
from competencies.models import Catalogue
from competencies.services import new_version
from foundation.audit.models import Event
from foundation.workflow.moves import perform
from questionnaires.models import Question, Questionnaire, Section, TemplateStage
from questionnaires.states import KINDS_OF, Kind, Purpose
from tests.browser import assert_clean, browser, open_page, signed_in  # noqa: F401
from tests.opened import opened

HOSTILE = "{{ x }} {% now 'Y' %} ${HOME} %(text)s {0} {0.__class__} <b>&amp;</b>"


@pytest.fixture
def draft(cast, catalogue):
    return new_version(by=cast.hr, note="Second edition")


def route(name, *rows):
    return reverse(f"questionnaires:{name}", args=[getattr(row, "pk", row) for row in rows])


def form_of(draft, key="data_scientist") -> Questionnaire:
    return draft.questionnaires.get(key=key, purpose=Purpose.FEEDBACK)


def written(draft, purpose) -> Questionnaire:
    return draft.questionnaires.get(purpose=purpose)


def question_in(form, key) -> Question:
    return Question.objects.get(section__questionnaire=form, key=key)


def keys_of(form) -> list[str]:
    return list(Question.objects.filter(section__questionnaire=form).order_by("order").values_list("key", flat=True))


def save(client, url, **values):
    """Send the form at `url` with what it shows, but for `values`."""
    page = client.get(url)
    form = page.context["form"]
    shown = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in shown.items() if value not in (None, False)}
    return client.post(url, sent | opened(client, url) | values, follow=True)


# --- pages -----------------------------------------------------------------------------------------------------------
def test_the_list_names_every_form_with_the_minutes_it_takes(cast, as_, draft):
    page = as_(cast.hr).get(route("list", draft)).content.decode()
    assert all(form.title in page for form in draft.questionnaires.all())
    assert page.count("min promised") == 6
    assert "Ready to publish: nothing was found." in page
    assert route("list", draft) in as_(cast.hr).get(draft.get_absolute_url()).content.decode()


def test_every_card_of_the_list_is_named_by_its_title(cast, as_, draft):
    page = as_(cast.hr).get(route("list", draft)).content.decode()
    names = set(re.findall(r'aria-labelledby="([^"]+)"', page))
    assert len(names) >= 2
    assert names - set(re.findall(r'\sid="([^"]+)"', page)) == set()


@pytest.mark.parametrize("more", [1, 30])
def test_pages_cost_the_same_for_any_number_of_questions(cast, as_, draft, django_assert_max_num_queries, more):
    form = written(draft, Purpose.EVALUATION)
    section = form.sections.filter(repeat_for="").first()
    Question.objects.bulk_create(
        Question(section=section, key=f"more_{number}", order=50 + number, kind=Kind.TEXT, text="What else?")
        for number in range(more)
    )
    client = as_(cast.hr)
    client.get(route("list", draft))  # the first page of a session also stores it
    for url in [route("list", draft), route("questionnaire", form), route("preview", form)]:
        with django_assert_max_num_queries(15):
            client.get(url)


def test_a_question_is_named_without_raw_placeholders(cast, as_, draft):
    page = as_(cast.hr).get(route("questionnaire", form_of(draft))).content.decode()
    assert "[employee name] told me" in page
    assert "{{" not in page


# --- forms -----------------------------------------------------------------------------------------------------------
def test_title_introduction_and_minutes_of_a_form_are_edited(cast, as_, draft):
    form = form_of(draft)
    save(as_(cast.hr), route("questionnaire_edit", form), title="From data science", minutes="12", intro="Welcome")
    form = form_of(draft)
    assert (form.title, form.minutes, form.intro) == ("From data science", 12, "Welcome")
    assert Event.objects.filter(verb="catalogue.questionnaire_written", actor=cast.hr).exists()


@pytest.mark.parametrize("minutes", ["0", "-1", "121", "many", "1" * 400, ""])
def test_minutes_that_are_none_are_told_beside_the_field(cast, as_, draft, minutes):
    url = route("questionnaire_edit", form_of(draft))
    answer = save(as_(cast.hr), url, minutes=minutes, title="Kept words")
    assert answer.status_code == 400
    assert "minutes" in answer.context["form"].errors
    assert "Kept words" in answer.content.decode()


def test_sections_are_added_edited_moved_and_retired(cast, as_, draft):
    client, form = as_(cast.hr), written(draft, Purpose.SELF_ASSESSMENT)
    client.post(route("section_new", form), {"title": "What you taught", "repeat_for": "goals"})
    section = form.sections.get(title="What you taught")
    assert (section.key, section.repeat_for) == ("what_you_taught", "goals")
    above = form.sections.get(order=section.order - 1)
    page = client.post(route("section_move", section, "up"), {"past": above.pk}, follow=True).content.decode()
    assert page.index("What you taught") < page.index(above.title)
    save(client, route("section_edit", section), title="Teaching", help="Count hours.")
    assert form.sections.get(pk=section.pk).help == "Count hours."
    assert "Retire the section “Teaching”?" in client.get(route("section_retire", section)).content.decode()
    client.post(route("section_retire", section))
    assert not form.sections.filter(pk=section.pk).exists()


@pytest.mark.parametrize("purpose", Purpose.values)
def test_a_question_of_every_kind_is_added(cast, as_, draft, purpose):
    client = as_(cast.hr)
    section = Section.objects.filter(questionnaire__catalogue=draft, questionnaire__purpose=purpose, repeat_for="")[0]
    Question.objects.filter(section=section, kind=Kind.CONTACT).delete()
    for kind in KINDS_OF[purpose]:
        assert (
            route("question_new", section, kind.value) in client.get(route("question_kinds", section)).content.decode()
        )
        url = route("question_new", section, kind.value)
        values = {"text": f"New of {kind.value}?", "boxes": "One\n\n Two ", "example": "never", "max_length": "300"}
        scale = (
            draft.scales.filter(used_for="contact") if kind == Kind.CONTACT else draft.scales.filter(key="overall_4")
        )
        values |= {"scale": scale.get().pk, "min_items": "1", "max_items": "2"}
        answer = client.post(url, values, follow=True)
        assert "Question saved." in answer.content.decode(), (kind, answer.context["form"].errors)
        question = section.questions.get(text=f"New of {kind.value}?")
        assert question.kind == kind
        boxes = (
            ["One", "Two"] if "choice" in question.get_kind_display() or kind in (Kind.CHOICES, Kind.CHECKLIST) else []
        )
        assert [option.label for option in question.options.all()] == boxes


def test_a_kind_that_a_form_cannot_ask_does_not_exist(cast, as_, draft):
    client, section = as_(cast.hr), form_of(draft).sections.get()
    for kind in ("checklist", "contact", "essay"):  # how close the contact was is asked already
        assert client.get(route("question_new", section, kind)).status_code == 404


def test_what_several_relations_are_asked_changes_for_all_but_required_for_one(cast, as_, draft):
    url = route("question_edit", question_in(form_of(draft), "all_keep"))
    client = as_(cast.hr)
    assert "Asked in 6 questionnaires." in client.get(url).content.decode()
    page = client.get(url)
    values = {"text": "What should stay?", "help": "", "max_length": "900", "meaning": "strengths"}
    client.post(url, values | {"base": page.context["form"]["base"].value()})
    asked = Question.objects.filter(section__questionnaire__catalogue=draft, key="all_keep")
    assert set(asked.values_list("text", "max_length")) == {("What should stay?", 900)}
    required = dict(asked.values_list("section__questionnaire__key", "is_required"))
    assert (required["data_scientist"], required["software_engineer"]) == (False, True)
    assert Catalogue.objects.current().questionnaires.count() == 9  # and the version in use keeps its words
    assert not Question.objects.filter(section__questionnaire__catalogue__status="published", text="What should stay?")


def test_a_new_rating_stands_before_the_closing_texts(cast, as_, draft):
    form = form_of(draft)
    values = {"text": "When it broke, they came.", "scale": draft.scales.get(key="frequency_5").pk}
    values |= {"example": "below_and_top", "max_length": "2000", "code": draft.codes.get(key="TEC-CODE").pk}
    as_(cast.hr).post(route("question_new", form.sections.get(), "rating"), values)
    assert keys_of(form)[-3:] == ["when_it_broke_they_came", "all_keep", "all_change"]


def test_a_question_of_another_relation_is_asked_here_too(cast, as_, draft):
    client, form = as_(cast.hr), form_of(draft, "stakeholder")
    other = question_in(form_of(draft), "own_early")
    client.post(route("question_share", form.sections.get(), other))
    assert keys_of(form)[-3:] == ["own_early", "all_keep", "all_change"]
    assert question_in(form, "own_early").text == other.text
    answer = client.post(route("question_share", form.sections.get(), other), follow=True)
    assert "It is asked here already." in answer.content.decode()


def test_boxes_keep_their_keys_while_their_words_change(cast, as_, draft):
    question = Question.objects.get(section__questionnaire__catalogue=draft, kind=Kind.CHECKLIST)
    before = list(question.options.values_list("key", "label"))
    labels = ["Reworded", *(label for _key, label in before[1:]), "One more"]
    save(as_(cast.hr), route("question_edit", question), boxes="\n".join(labels))
    after = list(question.options.values_list("key", "label"))
    assert [key for key, _label in after] == [*(key for key, _label in before), "one_more"]
    assert [label for _key, label in after] == labels


@pytest.mark.parametrize(
    ("boxes", "told"),
    [("One\none", "Two boxes"), ("x" * 201, "Shorten"), ("\n".join(map(str, range(31))), "at most 30")],
)
def test_boxes_that_cannot_be_kept_are_told(cast, as_, draft, boxes, told):
    question = Question.objects.get(section__questionnaire__catalogue=draft, kind=Kind.CHECKLIST)
    answer = save(as_(cast.hr), route("question_edit", question), boxes=boxes)
    assert answer.status_code == 400
    assert told in answer.content.decode()


def test_user_text_is_never_a_template(cast, as_, draft):
    client, form = as_(cast.hr), form_of(draft)
    save(client, route("questionnaire_edit", form), title=HOSTILE[:150], intro=HOSTILE)
    save(client, route("question_edit", question_in(form, "all_contact")), text=HOSTILE)
    shown = client.get(route("preview", form)).content.decode()
    assert "{{ x }} {% now &#x27;Y&#x27; %} ${HOME} %(text)s {0} {0.__class__} &lt;b&gt;&amp;amp;&lt;/b&gt;" in shown
    for url in [route("list", draft), route("questionnaire", form), reverse("competencies:publish", args=[draft.pk])]:
        page = client.get(url)
        assert page.status_code == 200
        assert "<b>&amp;</b>" not in page.content.decode()


# --- order and retire ------------------------------------------------------------------------------------------------
def test_questions_are_moved_by_their_buttons_and_an_older_tab_says_so(cast, as_, draft):
    client, form = as_(cast.hr), form_of(draft)
    second, first = question_in(form, "all_promise"), question_in(form, "all_warning")
    url = route("question_move", second, "up")
    page = client.post(url, {"past": first.pk}, follow=True).content.decode()
    assert keys_of(form)[1:3] == ["all_promise", "all_warning"]
    assert re.search(r"autofocus aria-label=\"Move .* up\"", page)
    page = client.post(url, {"past": first.pk}, follow=True).content.decode()
    assert "It was moved there already." in page
    for past in ["", "nowhere", "\x1f", str(second.pk), str(draft.pk)]:
        page = client.post(url, {"past": past}, follow=True).content.decode()
        assert "The order has changed meanwhile." in page
    assert client.post(route("question_move", second, "sideways")).status_code == 404


def test_forms_of_collaborators_are_ordered(cast, as_, draft):
    first, second = draft.questionnaires.filter(purpose=Purpose.FEEDBACK)[:2]
    as_(cast.hr).post(route("questionnaire_move", second, "up"), {"past": first.pk})
    assert draft.questionnaires.filter(purpose=Purpose.FEEDBACK).first() == second


def test_a_retired_question_comes_back_with_undo(cast, as_, draft):
    client, form = as_(cast.hr), form_of(draft)
    assert "Undo changes" not in client.get(route("questionnaire", form)).content.decode()
    page = client.post(route("question_retire", question_in(form, "own_early")), follow=True).content.decode()
    assert "Retired: When we began work on a model" in page
    assert "Undo changes" in page
    client.post(route("questionnaire_bring_back", form))
    assert compare(Catalogue.objects.current(), Catalogue.objects.get(pk=draft.pk)).is_empty
    evaluation = written(draft, Purpose.EVALUATION)
    Section.objects.filter(questionnaire=evaluation).delete()
    client.post(route("questionnaire_bring_back", evaluation))  # with boxes, and what is required with what
    assert compare(Catalogue.objects.current(), Catalogue.objects.get(pk=draft.pk)).is_empty


def test_a_form_cannot_become_what_it_was_on_scales_that_the_draft_has_not(cast, as_, draft):
    """An imported draft may have other scales."""
    draft.scales.filter(key="overall_4").update(key="another")
    client, evaluation = as_(cast.hr), written(draft, Purpose.EVALUATION)
    for url in [route("questionnaire_bring_back", evaluation), route("template_bring_back", draft.templates.get())]:
        assert "has other scales than the version in use" in client.post(url, follow=True).content.decode()
    assert Question.objects.filter(section__questionnaire=evaluation).count() == 14


# --- templates -------------------------------------------------------------------------------------------------------
def test_scales_stages_and_reminders_of_a_template_are_edited_and_undone(cast, as_, draft):
    client, template = as_(cast.hr), draft.templates.get()
    stage = template.stages.get(key="calibration")
    save(
        client,
        route("stage_edit", stage.template, stage.key),
        days="9",
        reminders="1, 4,4",
        is_enabled="on",
        text_overdue="Too late",
    )
    stage = TemplateStage.objects.get(pk=stage.pk)
    assert (stage.days, stage.reminder_days, stage.is_enabled) == (9, [4, 1], True)
    assert stage.texts["overdue"] == "Too late"
    save(client, route("template_edit", template), title="Half-year review")
    assert "Undo changes" in client.get(route("template", template)).content.decode()
    client.post(route("template_bring_back", template))
    assert compare(Catalogue.objects.current(), Catalogue.objects.get(pk=draft.pk)).is_empty


@pytest.mark.parametrize("reminders", ["soon", "1;2", "-1", "²", "1,2,99999"])
def test_reminders_that_are_no_days_are_told(cast, as_, draft, reminders):
    stage = draft.templates.get().stages.first()
    answer = save(as_(cast.hr), route("stage_edit", stage.template, stage.key), reminders=reminders)
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["reminders"])


# --- compared and previewed ------------------------------------------------------------------------------------------
def test_the_comparison_covers_questionnaires_and_templates(cast, as_, catalogue, draft):
    form = form_of(draft)
    Question.objects.filter(section__questionnaire=form, key="own_early").update(text="Were they early?")
    question_in(form, "all_notice").delete()
    Questionnaire.objects.filter(pk=form.pk).update(minutes=20)
    TemplateStage.objects.filter(template__catalogue=draft, key="calibration").update(days=3)
    changes = compare(catalogue, Catalogue.objects.get(pk=draft.pk))
    assert changes.counts == {
        "stages": {"changed": 1},
        "questionnaires": {"changed": 1},
        "questions": {"changed": 1, "removed": 1},
    }
    page = as_(cast.hr).get(reverse("competencies:differences", args=[draft.pk, catalogue.pk])).content.decode()
    assert "Questionnaire: Feedback from a data scientist" in page
    assert "Review template: MLOps engineer performance review" in page
    assert "Stage “calibration”: days" in page
    assert re.search(r"<ins>Were[^<]*</ins\s*>", page)
    assert "Questions: 1 changed, 1 removed" in as_(cast.hr).get(draft.get_absolute_url()).content.decode()


def test_another_order_of_questions_is_told(cast, as_, catalogue, draft):
    form = form_of(draft)
    second, first = question_in(form, "all_promise"), question_in(form, "all_warning")
    as_(cast.hr).post(route("question_move", second, "up"), {"past": first.pk})
    (entry,) = compare(catalogue, Catalogue.objects.get(pk=draft.pk)).others
    assert [row.label for row in entry.rows] == ["Order of questions"]


@pytest.mark.parametrize("number", range(9))
def test_every_form_is_previewed_with_all_its_questions_and_cannot_be_sent(cast, as_, draft, number):
    form = draft.questionnaires.all()[number]
    page = as_(cast.hr).get(route("preview", form)).content.decode()
    main = page[page.index("<main") : page.index("</main")]
    assert "<form" not in main
    assert "{{" not in main
    assert "nothing is saved" in main
    assert re.search(r"takes about \d+ minutes", main)
    assert ("Priya Raman" in main) == (form.purpose in (Purpose.FEEDBACK, Purpose.EVALUATION))
    assert as_(cast.hr).post(route("preview", form)).status_code == 200  # a post changes nothing
    assert compare(Catalogue.objects.current(), Catalogue.objects.get(pk=draft.pk)).is_empty


# --- who -------------------------------------------------------------------------------------------------------------
def test_everything_is_hidden_once_the_version_is_published(cast, as_, draft):
    form, client = form_of(draft), as_(cast.hr)
    perform(draft, "publish", by=cast.hr)
    urls = [route("list", draft), route("questionnaire", form), route("questionnaire_edit", form)]
    urls += [route("preview", form), route("question_edit", question_in(form, "all_keep"))]
    assert {client.get(url).status_code for url in urls} == {404}
    assert client.post(route("question_retire", question_in(form, "all_keep"))).status_code == 404


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("width", "theme", "colors"), [(1440, "light", "none"), (390, "dark", "active")])
def test_pages_are_clean(cast, draft, live_server, client, open_page, width, theme, colors):  # noqa: F811
    form, evaluation, template = form_of(draft), written(draft, Purpose.EVALUATION), draft.templates.get()
    section, question = evaluation.sections.first(), question_in(form, "all_notice")
    Questionnaire.objects.filter(pk=form.pk).update(minutes=2)
    urls = [route("list", draft), route("questionnaire", form), route("questionnaire", evaluation)]
    urls += [route("questionnaire_edit", form), route("section_edit", section), route("section_retire", section)]
    urls += [route("question_kinds", section), route("question_edit", question), route("question_retire", question)]
    urls += [route("template", template), route("stage_edit", template, "calibration")]
    urls += [route("preview", form), route("preview", evaluation)]
    page = open_page(width, theme, cookies=signed_in(live_server, client, cast.hr), forced_colors=colors)
    for url in urls:
        page.goto(live_server.url + url)
        assert_clean(page)
