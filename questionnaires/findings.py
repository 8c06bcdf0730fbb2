"""What is wrong with the questionnaires and templates of a version, in sentences. Errors stop publishing."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from competencies.checks import UNSCORED_SCALE, Finding
from competencies.models import Catalogue
from foundation.outbox.mails import PLACEHOLDER
from questionnaires.minutes import estimated_minutes
from questionnaires.models import Question, Questionnaire
from questionnaires.states import (
    BOXED,
    FEWEST_SHOWN,
    KINDS_OF,
    MEANINGS_OF,
    PLACEHOLDERS,
    USUALLY_ASKED,
    Kind,
    Meaning,
    Purpose,
)
from questionnaires.versions import feedback_of, read, templates_of

SHOWN = 60  # characters of a question by which a sentence names it


def findings(catalogue: Catalogue) -> Iterator[Finding]:
    """In the order of the questionnaires; the number of queries does not grow with them."""
    read(catalogue)
    for questionnaire in catalogue.questionnaires.all():
        url = reverse("questionnaires:questionnaire", args=[questionnaire.pk])
        for text in _errors_of(questionnaire):
            yield Finding(f"{questionnaire.title}: {text}", url)
        for text in _warnings_of(questionnaire):
            yield Finding(f"{questionnaire.title}: {text}", url, is_error=False)
        for question in questions_of(questionnaire):
            url = reverse("questionnaires:question_edit", args=[question.pk])
            named = f"{questionnaire.title}, “{in_short(question.in_words)}”"
            for text in _errors_of_question(question, questionnaire):
                yield Finding(f"{named}: {text}", url)
            for text in _warnings_of_question(question, questionnaire):
                yield Finding(f"{named}: {text}", url, is_error=False)
    yield from _between(feedback_of(catalogue))
    yield from _of_templates(catalogue)


def questions_of(questionnaire: Questionnaire) -> list[Question]:
    return [question for section in questionnaire.sections.all() for question in section.questions.all()]


def in_short(text: str) -> str:
    """A text by which a sentence names a question, cut where it is long."""
    plain = " ".join(text.split())
    return plain if len(plain) <= SHOWN else f"{plain[: SHOWN - 1].rstrip()}…"


def unknown_placeholders(text: str, known: Iterable[str]) -> list[str]:
    """The placeholders of `text` that nobody replaces, as they are written."""
    return [found[0] for found in PLACEHOLDER.finditer(text) if found[1] not in known]


# --- one questionnaire -----------------------------------------------------------------------------------------------
def _errors_of(questionnaire: Questionnaire) -> Iterator[str]:
    questions = questions_of(questionnaire)
    if not questions:
        yield _("add at least one question.")
        return
    for key, count in Counter(question.key for question in questions).items():
        if count > 1:
            yield _("two questions have the key “%(key)s”. Retire one of them.") % {"key": key}
    yield from _unknown_in(questionnaire.intro, PLACEHOLDERS[questionnaire.purpose])
    for section in questionnaire.sections.all():
        yield from _unknown_in(section.title, ())  # titles are shown as they are
        yield from _unknown_in(section.help, PLACEHOLDERS[questionnaire.purpose])
    if questionnaire.purpose == Purpose.FEEDBACK:
        yield from _errors_of_feedback(questionnaire, questions)
    if questionnaire.purpose == Purpose.EVALUATION:
        yield from _errors_of_overall(questionnaire)


def _unknown_in(text: str, known: Iterable[str]) -> Iterator[str]:
    for each in unknown_placeholders(text, known):
        yield _("nothing is filled in for %(placeholder)s. Known: %(known)s.") % {
            "placeholder": each,
            "known": ", ".join(f"{{{{ {name} }}}}" for name in known) or _("none"),
        }


def _errors_of_feedback(questionnaire: Questionnaire, questions: list[Question]) -> Iterator[str]:
    if questions[0].kind != Kind.CONTACT or sum(question.kind == Kind.CONTACT for question in questions) != 1:
        yield _("ask once how close the contact was, as the first question.")
    codes = Counter(question.code.key for question in questions if question.code)
    for key, count in codes.items():
        if count > 1:
            yield _("two questions ask about %(code)s. Their answers would be counted twice.") % {"code": key}
    if any(section.repeat_for for section in questionnaire.sections.all()):
        yield _("collaborators are asked once, not of each goal or code.")


def _errors_of_overall(questionnaire: Questionnaire) -> Iterator[str]:
    template = questionnaire.template
    asked = [
        (section, question)
        for section in questionnaire.sections.all()
        for question in section.questions.all()
        if question.meaning == Meaning.OVERALL
    ]
    if len(asked) != 1:
        yield _("ask exactly one question with the meaning “Overall result”: calibration and exports read it.")
        return
    section, question = asked[0]
    is_right = template is not None and question.scale_id == template.overall_scale_id
    if question.kind != Kind.RATING or section.repeat_for or not is_right:
        yield _("the overall result is one rating on the overall scale of the template.")


def _warnings_of(questionnaire: Questionnaire) -> Iterator[str]:
    if questionnaire.purpose != Purpose.FEEDBACK:
        return
    minutes = estimated_minutes(questionnaire)
    if minutes > questionnaire.minutes:
        words = {"minutes": minutes, "promised": questionnaire.minutes}
        yield _("it takes about %(minutes)d minutes, and %(promised)d are promised. Ask less or promise more.") % words
    usual = USUALLY_ASKED.get(questionnaire.key, 0)
    if not questionnaire.is_pooled and 0 < usual < FEWEST_SHOWN:
        yield _(
            "it is never pooled, and a usual list has %(count)d of them. "
            "Nothing is shown of fewer than %(fewest)d, so what they say would stay hidden."
        ) % {"count": usual, "fewest": FEWEST_SHOWN}
    asked = {question.meaning for question in questions_of(questionnaire)}
    if Meaning.GROWTH not in asked:
        yield _("no text asks what could change.")


# --- one question ----------------------------------------------------------------------------------------------------
def _errors_of_question(question: Question, questionnaire: Questionnaire) -> Iterator[str]:
    purpose = questionnaire.purpose
    if question.kind not in KINDS_OF[purpose]:
        yield _("“%(kind)s” cannot be asked in this form.") % {"kind": question.get_kind_display()}
    if question.meaning and question.meaning not in MEANINGS_OF[purpose]:
        yield _("“%(meaning)s” has no meaning in this form.") % {"meaning": question.get_meaning_display()}
    if not question.text.strip():
        yield _("write what is asked.")
    for text in (question.text, question.help, question.example_text):
        yield from _unknown_in(text, PLACEHOLDERS[purpose])
    for option in question.options.all():
        yield from _unknown_in(option.label, ())
    if question.code and question.code.catalogue_id != questionnaire.catalogue_id:
        yield _("%(code)s belongs to another version.") % {"code": question.code.key}
    yield from _errors_of_kind(question)


def _errors_of_kind(question: Question) -> Iterator[str]:
    if question.kind == Kind.RATING and question.scale and question.scale.used_for == UNSCORED_SCALE:
        yield _("a rating needs a scale with at least two scored answers.")
    if question.kind == Kind.CONTACT and question.scale and question.scale.used_for != UNSCORED_SCALE:
        yield _("ask it on the scale of contact.")
    if question.kind in BOXED and not question.options.all():
        yield _("add at least one box.")
    if question.is_list and not 1 <= question.max_items >= question.min_items:
        yield _("there is room for fewer texts than are required.")


def _warnings_of_question(question: Question, questionnaire: Questionnaire) -> Iterator[str]:
    if questionnaire.purpose == Purpose.FEEDBACK and question.kind == Kind.RATING and question.code is None:
        yield _("it asks about no performance code, so its answers stand alone.")


# --- between questionnaires ------------------------------------------------------------------------------------------
def _between(questionnaires: list[Questionnaire]) -> Iterator[Finding]:
    """What is asked of several relations, and whether an answer to it can ever be shown."""
    by_key: dict[str, list[tuple[Questionnaire, Question]]] = defaultdict(list)
    for questionnaire in questionnaires:
        for question in questions_of(questionnaire):
            by_key[question.key].append((questionnaire, question))
    for asked in by_key.values():
        _first, question = asked[0]
        url = reverse("questionnaires:question_edit", args=[question.pk])
        named = f"“{in_short(question.in_words)}”"
        if len({(each.kind, each.code_id, each.scale_id, each.text) for _of, each in asked}) > 1:
            words = {"question": named, "key": question.key}
            yield Finding(
                _("%(question)s: questions with the key “%(key)s” differ in words, code or scale.") % words, url
            )
        pooled = [each.key for each, _asked in asked if each.is_pooled]
        count = sum(USUALLY_ASKED.get(key, 0) for key in pooled)
        if question.kind == Kind.RATING and pooled and count < FEWEST_SHOWN:
            text = ngettext(
                "%(question)s: of a usual list %(count)d person is asked this.",
                "%(question)s: of a usual list %(count)d people are asked this.",
                count,
            )
            rest = _("Nothing is shown of fewer than %(fewest)d answers; ask it of another relation too.")
            told: dict[str, object] = {"question": named, "count": count, "fewest": FEWEST_SHOWN}
            yield Finding(f"{text % told} {rest % told}", url, is_error=False)


# --- templates -------------------------------------------------------------------------------------------------------
def _of_templates(catalogue: Catalogue) -> Iterator[Finding]:
    for template in templates_of(catalogue):
        url = reverse("questionnaires:template", args=[template.pk])
        written = {each.purpose for each in catalogue.questionnaires.all() if each.template_id == template.pk}
        missing = [Purpose(each).label for each in Purpose.values if each not in {*written, Purpose.FEEDBACK}]
        if missing:
            words = {"title": template.title, "missing": ", ".join(map(str, missing))}
            yield Finding(_("%(title)s: a form is missing: %(missing)s.") % words, url)
        stages = list(template.stages.all())
        if not any(stage.is_enabled for stage in stages):
            yield Finding(_("%(title)s: no stage is part of a new cycle.") % {"title": template.title}, url)
        for stage in stages:
            late = [str(day) for day in stage.reminder_days if day > stage.days]
            if late:
                words = {"title": template.title, "stage": stage.title, "days": ", ".join(late)}
                yield Finding(
                    _("%(title)s, %(stage)s: a reminder %(days)s days before the deadline is before the stage begins.")
                    % words,
                    reverse("questionnaires:stage_edit", args=[template.pk, stage.key]),
                    is_error=False,
                )
