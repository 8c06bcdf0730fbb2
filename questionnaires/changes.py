"""What differs between the questionnaires and templates of two versions, as competencies/changes.py tells of codes."""

from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from competencies.changes import Counted, Difference, Effect, Entry, Line, entries
from competencies.models import Catalogue
from questionnaires.findings import in_short, questions_of
from questionnaires.models import Question, Questionnaire, ReviewTemplate, Section, TemplateStage
from questionnaires.states import Purpose
from questionnaires.versions import read, templates_of


def entries_of_version(before: Catalogue, after: Catalogue) -> Iterator[Entry]:
    """Templates first, then questionnaires, each as the comparison of codes has them."""
    read(before, after)
    yield from entries(templates_of(before), templates_of(after), Counted.TEMPLATES, lines_of_template)
    old = {_same(each): each for each in before.questionnaires.all()}
    found = {
        _same(entry.subject): entry
        for entry in entries(old.values(), after.questionnaires.all(), Counted.QUESTIONNAIRES, lines_of, _same)
    }
    for questionnaire in after.questionnaires.all():
        order = list(_order(old[_same(questionnaire)], questionnaire)) if _same(questionnaire) in old else []
        entry = found.pop(_same(questionnaire), None)
        if order:
            entry = entry or Entry(questionnaire, Counted.QUESTIONNAIRES, Effect.CHANGED, [])
            entry = replace(entry, rows=[*entry.rows, *order])
        if entry:
            yield entry
    yield from found.values()


def _same(questionnaire: Questionnaire) -> tuple[str, str]:
    return questionnaire.purpose, questionnaire.key


def _order(before: Questionnaire, after: Questionnaire) -> Iterator[Difference]:
    """The order of sections and questions that both have, where it differs."""
    for label, rows in ((_("Order of sections"), _sections), (_("Order of questions"), questions_of)):
        old, new = rows(before), rows(after)
        both = {each.key for each in old} & {each.key for each in new}
        left, right = ([each for each in some if each.key in both] for some in (old, new))
        if [each.key for each in left] != [each.key for each in right]:
            yield Difference(Counted.QUESTIONNAIRES, "", label, _numbered(left), _numbered(right))


def _sections(questionnaire: Questionnaire) -> list[Section]:
    return list(questionnaire.sections.all())


def _numbered(rows) -> str:
    return "\n".join(f"{number}. {in_short(getattr(row, 'in_words', str(row)))}" for number, row in enumerate(rows, 1))


def lines_of(questionnaire: Questionnaire | None) -> list[Line]:
    if questionnaire is None:
        return []
    own = {_("Title"): questionnaire.title}
    if questionnaire.purpose == Purpose.FEEDBACK:
        own |= {
            _("Who is asked"): questionnaire.audience,
            _("Introduction"): questionnaire.intro,
            _("Minutes"): str(questionnaire.minutes),
            _("Small groups may be pooled"): _yes_or_no(questionnaire.is_pooled),
        }
    lines = [Line(Counted.QUESTIONNAIRES, "", label, text) for label, text in own.items()]
    for section in questionnaire.sections.all():
        lines += _lines_of_section(section)
        for question in section.questions.all():
            lines += _lines_of_question(section, question)
    return lines


def _lines_of_section(section: Section) -> list[Line]:
    named = {"section": section.title or section.key}
    own = {
        _("Section “%(section)s”: title"): section.title,
        _("Section “%(section)s”: help"): section.help,
        _("Section “%(section)s”: asked of"): str(section.get_repeat_for_display()) if section.repeat_for else "",
    }
    return [Line(Counted.SECTIONS, section.key, label % named, text) for label, text in own.items() if text]


def _lines_of_question(section: Section, question: Question) -> list[Line]:
    """Named by its key, which stays when its words change."""
    named = {"question": question.key.replace("_", " ")}
    own = {
        _("Question “%(question)s”"): question.text,
        _("Question “%(question)s”: help"): question.help,
        _("Question “%(question)s”: kind"): str(question.get_kind_display()),
        _("Question “%(question)s”: required"): _yes_or_no(question.is_required),
        _("Question “%(question)s”: scale"): question.scale.title if question.scale else "",
        _("Question “%(question)s”: performance code"): question.code.key if question.code else "",
        _("Question “%(question)s”: example"): str(question.get_example_display()) if question.scale else "",
        _("Question “%(question)s”: words of the example"): question.example_text,
        _("Question “%(question)s”: characters"): "" if question.options.all() else str(question.max_length),
        _("Question “%(question)s”: texts"): f"{question.min_items} – {question.max_items}" if question.is_list else "",
        _("Question “%(question)s”: required with"): question.required_if.key if question.required_if else "",
        _("Question “%(question)s”: meaning"): str(question.get_meaning_display()),
        _("Question “%(question)s”: boxes"): "\n".join(option.label for option in question.options.all()),
    }
    about = f"{section.key} {question.key}"
    return [Line(Counted.QUESTIONS, about, label % named, text) for label, text in own.items() if text]


def lines_of_template(template: ReviewTemplate | None) -> list[Line]:
    if template is None:
        return []
    own = {
        _("Title"): template.title,
        _("Scale of the overall result"): template.overall_scale.title,
        _("Scale of codes"): template.code_scale.title,
        _("Scale of goals"): template.goal_scale.title,
    }
    lines = [Line(Counted.TEMPLATES, "", label, text) for label, text in own.items()]
    for stage in template.stages.all():
        lines += _lines_of_stage(stage)
    return lines


def _lines_of_stage(stage: TemplateStage) -> list[Line]:
    named = {"stage": stage.key.replace("_", " ")}
    own = {
        _("Stage “%(stage)s”: title"): stage.title,
        _("Stage “%(stage)s”: purpose"): stage.purpose,
        _("Stage “%(stage)s”: days"): str(stage.days),
        _("Stage “%(stage)s”: part of a new cycle"): _yes_or_no(stage.is_enabled),
        _("Stage “%(stage)s”: starts with the one before"): _yes_or_no(stage.starts_with_previous),
        _("Stage “%(stage)s”: reminders"): ", ".join(map(str, stage.reminder_days)),
        _("Stage “%(stage)s”: labels"): "\n".join(f"{key}: {text}" for key, text in stage.texts.items()),
    }
    return [Line(Counted.STAGES, stage.key, label % named, text) for label, text in own.items()]


def _yes_or_no(value: bool) -> str:
    return _("yes") if value else _("no")
