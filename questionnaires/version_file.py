"""The questionnaires and templates of a version as part of its file (competencies/version_file.py)."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from competencies.models import Catalogue
from competencies.uploaded import Row
from questionnaires.draft_forms import MOST_CHARACTERS, MOST_DAYS, MOST_ITEMS, MOST_MINUTES, SUB_STATES
from questionnaires.models import Option, Question, Questionnaire, ReviewTemplate, Section, TemplateStage
from questionnaires.states import RATED, STAGES, ExampleRule, Kind, Meaning, Purpose, Repeat
from questionnaires.versions import read, templates_of

SCALES = ("overall_scale", "code_scale", "goal_scale")
WRITTEN = (Purpose.SELF_ASSESSMENT, Purpose.EVALUATION, Purpose.SUMMARY)


# --- export ----------------------------------------------------------------------------------------------------------
def to_file(catalogue: Catalogue) -> dict:
    read(catalogue)
    return {
        "templates": [_template(each) for each in templates_of(catalogue)],
        "questionnaires": [_questionnaire(each) for each in catalogue.questionnaires.all()],
    }


def _template(template: ReviewTemplate) -> dict:
    return {
        "key": template.key,
        "title": template.title,
        **{name: getattr(template, name).key for name in SCALES},
        "stages": [
            {
                "key": stage.key,
                "title": stage.title,
                "purpose": stage.purpose,
                "texts": {key: stage.texts[key] for key in SUB_STATES if key in stage.texts},
                "is_enabled": stage.is_enabled,
                "days": stage.days,
                "starts_with_previous": stage.starts_with_previous,
                "reminder_days": list(stage.reminder_days),
            }
            for stage in template.stages.all()
        ],
    }


def _questionnaire(row: Questionnaire) -> dict:
    return {
        "purpose": row.purpose,
        "key": row.key,
        "template": row.template.key if row.template else None,
        "title": row.title,
        "audience": row.audience,
        "intro": row.intro,
        "minutes": row.minutes,
        "is_pooled": row.is_pooled,
        "sections": [
            {
                "key": section.key,
                "title": section.title,
                "help": section.help,
                "repeat_for": section.repeat_for or None,
                "questions": [_question(question) for question in section.questions.all()],
            }
            for section in row.sections.all()
        ],
    }


def _question(question: Question) -> dict:
    return {
        "key": question.key,
        "kind": question.kind,
        "text": question.text,
        "help": question.help,
        "is_required": question.is_required,
        "scale": question.scale.key if question.scale else None,
        "code": question.code.key if question.code else None,
        "max_length": question.max_length,
        "min_items": question.min_items,
        "max_items": question.max_items,
        "example": question.example,
        "example_text": question.example_text,
        "required_if": question.required_if.key if question.required_if else None,
        "meaning": question.meaning or None,
        "options": [{"key": option.key, "label": option.label} for option in question.options.all()],
    }


# --- import ----------------------------------------------------------------------------------------------------------
class Reader:
    """Reads the two lists into unsaved rows; scales and codes are found by their keys when they are stored."""

    def __init__(self, top: Row):
        self.top = top
        self.scales, self.codes = _keys(top, "scales"), _keys(top, "codes")
        self.templates: dict[str, ReviewTemplate] = {}
        self.stages: list[TemplateStage] = []
        self.questionnaires: list[Questionnaire] = []
        self.sections: list[Section] = []
        self.questions: list[Question] = []
        self.options: list[Option] = []
        self.scale_of: list[tuple[object, str, str]] = []  # row, name of its foreign key, key of the scale
        self.code_of: list[tuple[Question, str]] = []

    def read(self) -> None:
        for order, row in enumerate(self.top.rows("templates", 50)):
            self._template(row, order)
        if not self.templates:
            self.top.error("templates", _("is missing"))  # no cycle could be made with such a version
        taken: set[tuple[str, str]] = set()
        for order, row in enumerate(self.top.rows("questionnaires", 100, unique="")):
            row.path = f"questionnaires[{order}]"
            form = self._questionnaire(row, order)
            if (form.purpose, form.key) in taken:
                row.error("", _("stands here twice"))
            taken.add((form.purpose, form.key))
        for key in self.templates:
            for purpose in WRITTEN:
                if not any(
                    each.purpose == purpose and each.template is self.templates[key] for each in self.questionnaires
                ):
                    self.top.error(f"templates[{key}]", _("has no form for %(purpose)s") % {"purpose": purpose.label})

    def _template(self, row: Row, order: int) -> None:
        template = ReviewTemplate(key=row.key(most=60), order=order, title=row.text("title", 160, is_needed=True))
        for name in SCALES:
            self.scale_of.append((template, name, row.one_of(name, self.scales)))
        stages = row.rows("stages", len(STAGES))
        if [each.value.get("key") for each in stages] != list(STAGES):
            row.error("stages", _("must be %(keys)s, in this order") % {"keys": ", ".join(STAGES)})
        for place, each in enumerate(stages, 1):
            self.stages.append(self._stage(each, template, place))
        row.done()
        self.templates.setdefault(template.key, template)

    @staticmethod
    def _stage(row: Row, template: ReviewTemplate, order: int) -> TemplateStage:
        texts = Row(dict(row.pairs("texts")), f"{row.path}.texts", row.errors)
        stage = TemplateStage(
            template=template,
            key=row.one_of("key", STAGES),
            order=order,
            title=row.text("title", 120, is_needed=True),
            purpose=row.text("purpose"),
            texts={key: texts.text(key, 80) for key in SUB_STATES if key in texts.value},
            is_enabled=row.flag("is_enabled", default=True),
            days=row.number("days", 1, MOST_DAYS, default=7),
            starts_with_previous=row.flag("starts_with_previous"),
            reminder_days=row.numbers("reminder_days", 0, 999),
        )
        texts.done()
        row.done()
        return stage

    def _questionnaire(self, row: Row, order: int) -> Questionnaire:
        purpose = row.one_of("purpose", Purpose.values)
        template = row.one_of("template", self.templates, is_needed=purpose != Purpose.FEEDBACK)
        if purpose == Purpose.FEEDBACK and template:
            row.error("template", _("feedback has no template"))
        form = Questionnaire(
            purpose=purpose,
            key=row.key(most=60),
            template=self.templates.get(template),
            order=order,
            title=row.text("title", 160, is_needed=True),
            audience=row.text("audience"),
            intro=row.text("intro"),
            minutes=row.number("minutes", 1, MOST_MINUTES, default=8),
            is_pooled=row.flag("is_pooled", default=True),
        )
        self.questionnaires.append(form)
        for place, each in enumerate(row.rows("sections", 100)):
            section = Section(
                questionnaire=form,
                key=each.key(most=60),
                order=place,
                title=each.text("title", 160),
                help=each.text("help"),
                repeat_for=each.one_of("repeat_for", Repeat.values, is_needed=False),
            )
            self.sections.append(section)
            self._questions(each, section)
            each.done()
        row.done()
        return form

    def _questions(self, row: Row, section: Section) -> None:
        found: dict[str, Question] = {}
        conditions: list[tuple[Row, Question]] = []
        for place, each in enumerate(row.rows("questions", 200)):
            question = self._question(each, section, place)
            found.setdefault(question.key, question)
            conditions.append((each, question))
        for each, question in conditions:
            other = each.one_of("required_if", set(found) - {question.key}, is_needed=False)
            question.required_if = found.get(other)
            each.done()

    def _question(self, row: Row, section: Section, order: int) -> Question:
        kind = row.one_of("kind", Kind.values)
        question = Question(
            section=section,
            key=row.key(),
            order=order,
            kind=kind,
            text=row.text("text", is_needed=True),
            help=row.text("help"),
            is_required=row.flag("is_required"),
            max_length=row.number("max_length", 1, MOST_CHARACTERS, default=5000),
            min_items=row.number("min_items", 0, MOST_ITEMS),
            max_items=row.number("max_items", 1, MOST_ITEMS, default=1),
            example=row.one_of("example", ExampleRule.values, is_needed=False) or ExampleRule.NEVER,
            example_text=row.text("example_text"),
            meaning=row.one_of("meaning", Meaning.values, is_needed=False),
        )
        self.questions.append(question)
        scale = row.one_of("scale", self.scales, is_needed=kind in RATED)
        if scale and kind not in RATED:
            row.error("scale", _("only what is rated has a scale"))
        self.scale_of.append((question, "scale", scale))
        self.code_of.append((question, row.one_of("code", self.codes, is_needed=False)))
        for place, each in enumerate(row.rows("options", 50)):
            self.options.append(
                Option(question=question, order=place, key=each.key(), label=each.text("label", 200, is_needed=True))
            )
            each.done()
        return question

    def store(self, catalogue: Catalogue) -> None:
        scales = {scale.key: scale for scale in catalogue.scales.all()}
        codes = {code.key: code for code in catalogue.codes.all()}
        for row, name, key in self.scale_of:
            setattr(row, name, scales.get(key))
        for question, key in self.code_of:
            question.code = codes.get(key)
        for template in self.templates.values():
            template.catalogue = catalogue
        for form in self.questionnaires:
            form.catalogue = catalogue
        ReviewTemplate.objects.bulk_create(self.templates.values())
        TemplateStage.objects.bulk_create(self.stages)
        Questionnaire.objects.bulk_create(self.questionnaires)
        Section.objects.bulk_create(self.sections)
        Question.objects.bulk_create(self.questions)
        Option.objects.bulk_create(self.options)


def _keys(top: Row, name: str) -> set[str]:
    """The keys of a list of the file, as far as it is one."""
    rows = top.value.get(name)
    found = rows if isinstance(rows, list) else []
    return {each["key"] for each in found if isinstance(each, dict) and isinstance(each.get("key"), str)}


def from_file(top: Row) -> Callable[[Catalogue], None]:
    """Notes in `top` what is wrong; the answer stores what was read in a draft that has its scales and codes."""
    reader = Reader(top)
    reader.read()
    return reader.store
