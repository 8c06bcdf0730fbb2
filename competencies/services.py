"""Deeds over a whole catalogue: reading the starter content, and opening the next version as a copy."""

from pathlib import Path

import yaml
from django.db import transaction

from activity.workflow import perform
from competencies.models import Catalogue, Code, Expectation, Indicator, Point, Question, Questionnaire, Scale
from people.models import Grade

STARTER = Path(__file__).parent / "starter"


def starter(name: str) -> dict:
    """One of this app's own YAML files."""
    return yaml.safe_load((STARTER / f"{name}.yaml").read_text())


@transaction.atomic
def load_starter_catalogue() -> Catalogue:
    """The shipped grades, codes, scales and questionnaires as catalogue version 1; the present one when there is any."""
    if Catalogue.objects.exists():
        return Catalogue.objects.current()
    _load_grades(starter("job_grades")["job_grades"])
    catalogue = Catalogue.objects.create(version=1, title="MLOps engineering")
    _load_codes(catalogue, starter("performance_codes")["codes"])
    _load_scales(catalogue, starter("rating_scales"))
    _load_questionnaires(catalogue, starter("feedback_questionnaires"))
    return perform(catalogue, "publish")


def _load_grades(rows) -> None:
    names = ("key", "order", "title", "scope", "autonomy", "impact", "collaborates_with")
    Grade.objects.bulk_create(
        [Grade(may_have_reports=row["may_have_direct_reports"], **{name: row[name] for name in names}) for row in rows],
        ignore_conflicts=True,
    )


def _load_codes(catalogue, rows) -> None:
    codes = []
    for order, row in enumerate(rows):
        sfia = " ".join([row["sfia"]["code"], row["sfia"]["name"]]) if row.get("sfia") else ""
        names = ("category", "title", "description")
        fields = {name: row[name] for name in names}
        codes.append(Code(catalogue=catalogue, key=row["code"], order=order, is_core=row["core"], sfia=sfia, **fields))
    Code.objects.bulk_create(codes)
    pairs = list(zip(codes, rows, strict=True))
    Indicator.objects.bulk_create(
        Indicator(code=code, level=level, text=text) for code, row in pairs for level, text in row["indicators"].items()
    )
    Expectation.objects.bulk_create(
        Expectation(code=code, grade_id=grade, level=level)
        for code, row in pairs
        for grade, level in row["expected_levels"].items()
    )


def _load_scales(catalogue, content) -> None:
    contact = content["contact_scale"] | {"used_for": "contact"}
    for row in [*content["rating_scales"], contact]:
        scale = Scale.objects.create(
            catalogue=catalogue,
            key=row["key"],
            title=row["title"],
            used_for=row["used_for"],
            hint=row.get("question_hint", ""),
            example_at_or_below=row.get("example_required_at_or_below"),
        )
        Point.objects.bulk_create(Point(scale=scale, order=order, **point) for order, point in enumerate(row["points"]))


def _load_questionnaires(catalogue, content) -> None:
    defaults = content["defaults"]
    scales = {scale.key: scale for scale in catalogue.scales.all()}
    codes = {code.key: code for code in catalogue.codes.all()}
    default_scale = {"rated": scales[defaults["scale"]], "contact": scales[defaults["contact_scale"]]}
    for order, row in enumerate(content["questionnaires"]):
        questionnaire = Questionnaire.objects.create(
            catalogue=catalogue,
            key=row["key"],
            order=order,
            title=row["title"],
            audience=row["audience"],
            intro=row["intro"],
            minutes=row.get("estimated_minutes", defaults["estimated_minutes"]),
            is_pooled=row.get("small_group_rule", defaults["small_group_rule"]) != "suppress",
        )
        Question.objects.bulk_create(
            Question(
                questionnaire=questionnaire,
                order=number,
                key=question["key"],
                kind=question["type"],
                text=question["text"],
                is_required=question["required"],
                scale=default_scale.get(question["type"]),
                code=codes.get(question.get("performance_code")),
                max_length=defaults["text_max_length"],
            )
            for number, question in enumerate(row["questions"])
        )
