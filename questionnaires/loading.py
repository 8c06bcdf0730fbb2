"""The shipped questionnaires and the review template, read into rows of the first version of the catalogue."""

from pathlib import Path

from competencies.models import Catalogue, Code, Scale
from foundation.content import Node, read_content
from questionnaires.models import Option, Question, Questionnaire, ReviewTemplate, Section, TemplateStage
from questionnaires.states import ExampleRule, Kind, Meaning, Purpose, Repeat

STARTER = Path(__file__).parent / "starter"
PACKS = Path(__file__).parent / "packs"
KINDS = {
    "contact": Kind.CONTACT,
    "rated": Kind.RATING,
    "rating": Kind.RATING,
    "text": Kind.TEXT,
    "text_list": Kind.TEXT_LIST,
    "code_refs": Kind.CODE_LIST,
    "choice_multi": Kind.CHOICES,
    "checklist": Kind.CHECKLIST,
}
REPEATS = {"goals": Repeat.GOALS, "performance_codes": Repeat.CODES}
MEANINGS = {each.value: each for each in Meaning}
FORMS = {"self_assessment": Purpose.SELF_ASSESSMENT, "manager_evaluation": Purpose.EVALUATION}  # by their stage
NEVER_POOLED = "suppress"


def load_starter(catalogue: Catalogue) -> None:
    """Add the shipped content to `catalogue`, which has its codes and scales. Raises ContentError."""
    loader = Loader(catalogue)
    loader.load_feedback(read_content(STARTER / "feedback_questionnaires.yaml", schema_version=2))
    loader.load_template(read_content(STARTER / "review_template_mlops.yaml", schema_version=1).node("template"))


def add_pack(catalogue: Catalogue, key: str) -> None:
    """Add the questions of a pack to the questionnaires of a draft that have not got them. Raises ContentError."""
    path = PACKS / f"{key}.yaml"
    if path.exists():
        Loader(catalogue).add_questions(read_content(path, schema_version=2))


class Loader:
    """Makes rows of files for one catalogue."""

    def __init__(self, catalogue: Catalogue):
        self.catalogue = catalogue
        self.scales: dict[str, Scale] = {scale.key: scale for scale in catalogue.scales.all()}
        self.codes: dict[str, Code] = {code.key: code for code in catalogue.codes.all()}

    def load_feedback(self, content: Node) -> None:
        """One questionnaire per relation, by the rules at the head of the file."""
        defaults = content.node("defaults")
        scales: dict[str, Scale] = {
            Kind.RATING: defaults.one_of("scale", self.scales),
            Kind.CONTACT: defaults.one_of("contact_scale", self.scales),
        }
        frames = Frames(defaults)
        for order, row in enumerate(content.nodes("questionnaires")):
            questionnaire = Questionnaire.objects.create(
                catalogue=self.catalogue,
                purpose=Purpose.FEEDBACK,
                key=row["key"],
                order=order,
                title=row["title"],
                audience=row["audience"],
                intro=row["intro"],
                minutes=row.get("estimated_minutes", defaults["estimated_minutes"]),
                is_pooled=row.get("small_group_rule", defaults["small_group_rule"]) != NEVER_POOLED,
            )
            section = Section.objects.create(questionnaire=questionnaire, key="all", order=0)
            asked = [(self.question(node, section, place), node) for place, node in enumerate(row.nodes("questions"))]
            frames.check(row, asked)
            for question, _node in asked:
                question.scale = scales.get(question.kind)
                question.max_length = defaults["text_max_length"]
                if question.kind == Kind.RATING:
                    question.example = ExampleRule.BELOW_AND_TOP
            Question.objects.bulk_create(question for question, _node in asked)

    def add_questions(self, content: Node) -> None:
        """Each question behind the one that its file names, rated and shown as its neighbours are."""
        for row in content.nodes("additions"):
            there = self.catalogue.questionnaires.filter(purpose=Purpose.FEEDBACK, key__in=row["questionnaires"])
            for section in Section.objects.filter(questionnaire__in=there):
                self.add_question(row.node("question"), section, after=row["after"])

    def add_question(self, row: Node, section: Section, *, after: str) -> None:
        questions = list(section.questions.all())
        keys = [each.key for each in questions]
        like = next((each for each in questions if each.kind == Kind.RATING), None)
        if row["key"] in keys or like is None:
            return
        place = keys.index(after) + 1 if after in keys else keys.index(like.key)
        question = self.question(row, section, place)
        question.scale, question.example, question.max_length = like.scale, like.example, like.max_length
        for order, each in enumerate(questions[place:], place + 1):
            each.order = order
        Question.objects.bulk_update(questions[place:], ["order"])
        question.save()

    def load_template(self, content: Node) -> ReviewTemplate:
        """A template with its stages and with what is written in its reviews."""
        template = ReviewTemplate.objects.create(
            catalogue=self.catalogue,
            key=content["key"],
            order=self.catalogue.templates.count(),
            title=content["title"],
            **{name: content.one_of(name, self.scales) for name in ("overall_scale", "code_scale", "goal_scale")},
        )
        TemplateStage.objects.bulk_create(
            TemplateStage(
                template=template,
                texts=row["statuses"],
                is_enabled=row.get("enabled_by_default", True),
                days=row["default_duration_days"],
                starts_with_previous=row.get("starts") == "with_previous_stage",
                reminder_days=row["reminders_days_before_due"],
                **{name: row[name] for name in ("key", "order", "title", "purpose")},
            )
            for row in content.nodes("stages")
        )
        for form in content.nodes("forms"):
            questionnaire = self.written(template, form.one_of("stage", FORMS), form["title"])
            for order, row in enumerate(form.nodes("sections")):
                self.load_section(questionnaire, row, order, list(row.nodes("questions")))
        summary = content.node("summary")
        # What the subject adds after the delivery is a statement of its own, not part of the summary.
        fields = [row for row in summary.nodes("fields") if row.get("written_by") != "employee"]
        self.load_section(self.written(template, Purpose.SUMMARY, summary["title"]), summary, 0, fields)
        return template

    def written(self, template: ReviewTemplate, purpose: str, title: str) -> Questionnaire:
        return Questionnaire.objects.create(
            catalogue=self.catalogue, template=template, purpose=purpose, key=template.key, title=title
        )

    def load_section(self, questionnaire: Questionnaire, content: Node, order: int, rows: list[Node]) -> None:
        section = Section.objects.create(
            questionnaire=questionnaire,
            key=content.get("key", questionnaire.purpose),
            order=order,
            title=content["title"],
            help=content.get("help", ""),
            repeat_for=content.one_of("repeat_for", REPEATS) if "repeat_for" in content else "",
        )
        questions = [(self.question(row, section, place), row) for place, row in enumerate(rows)]
        if section.repeat_for == Repeat.CODES:
            questions = with_examples(questions)
        by_key = {question.key: question for question, _row in questions}
        for question, row in questions:
            if "required_if" in row:
                question.required_if = row.one_of("required_if", by_key)
        Question.objects.bulk_create(by_key.values())
        Option.objects.bulk_create(
            Option(question=question, order=place, key=option["key"], label=option["label"])
            for question, row in questions
            if "options" in row
            for place, option in enumerate(row.nodes("options"))
        )

    def question(self, row: Node, section: Section, order: int) -> Question:
        """An unsaved question."""
        return Question(
            section=section,
            key=row["key"],
            order=order,
            kind=row.one_of("type", KINDS),
            text=row.get("text") or row["label"],
            help=row.get("help", ""),
            is_required=row["required"],
            scale=row.one_of("scale", self.scales) if "scale" in row else None,
            code=row.one_of("performance_code", self.codes) if "performance_code" in row else None,
            meaning=row.one_of("meaning", MEANINGS) if "meaning" in row else "",
            **{name: row[name] for name in ("max_length", "min_items", "max_items") if name in row},
        )


class Frames:
    """The rules that all questionnaires of feedback keep, so that answers of different relations count together.

    Contact first, the same core questions in the same order, few of its own, what to keep, what to change.
    """

    def __init__(self, defaults: Node):
        self.core_questions, self.most_own = defaults["core_questions"], defaults["max_own_questions"]
        self.core: list[str] = []  # keys, as the first questionnaire has them
        self.by_key: dict[str, Question] = {}
        self.by_code: dict[str, str] = {}

    def check(self, row: Node, asked: list[tuple[Question, Node]]) -> None:
        """Raises ContentError for a questionnaire that breaks a rule."""
        questions = [question for question, _node in asked]
        core = [question for question, node in asked if node.get("core")]
        own = [question for question, node in asked if question.kind == Kind.RATING and not node.get("core")]
        contact, keep, change = questions[:1], questions[-2:-1], questions[-1:]
        if [each.kind for each in contact] != [Kind.CONTACT]:
            raise row.error("the first question asks how close the contact was")
        if [each.meaning for each in (*keep, *change)] != [Meaning.STRENGTHS, Meaning.GROWTH]:
            raise row.error("the last two questions are texts: what to keep (strengths), what to change (growth)")
        if questions != [*contact, *core, *own, *keep, *change]:
            raise row.error("the order is contact, core questions, own questions, what to keep, what to change")
        keys = [question.key for question in core]
        self.core = self.core or keys
        if keys != self.core or len(keys) != self.core_questions:
            raise row.error(f"all relations are asked the same {self.core_questions} core questions")
        if len(own) > self.most_own:
            raise row.error(f"there are {len(own)} questions of its own, and the most is {self.most_own}")
        for question, node in asked:
            self._check_question(question, node)

    def _check_question(self, question: Question, node: Node) -> None:
        if node.get("core") and not (question.code and question.code.is_core):
            raise node.error("a core question has a core code")
        known = self.by_key.setdefault(question.key, question)
        if (known.kind, known.code, known.text) != (question.kind, question.code, question.text):
            raise node.error("a key stands for one question: the same type, code and words everywhere")
        if question.code and self.by_code.setdefault(question.code.key, question.key) != question.key:
            raise node.error(f"{question.code.key} has another question already: {self.by_code[question.code.key]}")


def with_examples(questions: list[tuple[Question, Node]]) -> list[tuple[Question, Node]]:
    """Of questions about one code: a text before a rating asks for its example, and is no question of its own."""
    kept: list[tuple[Question, Node]] = []
    for question, row in questions:
        if question.kind == Kind.RATING and kept and kept[-1][0].kind == Kind.TEXT:
            text, text_row = kept.pop()
            question.example = ExampleRule.SCORED if "required_unless" in text_row else ExampleRule.EXTREMES
            question.example_text = text.text
        kept.append((question, row))
    return kept
