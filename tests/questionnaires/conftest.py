"""A section of a questionnaire with nothing in it, and a scale of four points."""

import pytest

from competencies.models import Point, Scale
from questionnaires.fields import Builder
from questionnaires.models import Question, Questionnaire, ReviewTemplate, Section
from tests.factories import make_catalogue


@pytest.fixture
def scale(db):
    scale = Scale.objects.create(catalogue=make_catalogue(), key="levels", title="Levels", example_at_or_below=1)
    for order, (key, score) in enumerate([("low", 1), ("middle", 2), ("high", 3), ("unseen", None)]):
        Point.objects.create(
            scale=scale, order=order, key=key, score=score, label=key.title(), definition="In general."
        )
    return scale


@pytest.fixture
def section(scale):
    template = ReviewTemplate.objects.create(
        catalogue=scale.catalogue, key="t", title="T", overall_scale=scale, code_scale=scale, goal_scale=scale
    )
    own = {"catalogue": scale.catalogue, "template": template, "key": "t", "title": "Self"}
    questionnaire = Questionnaire.objects.create(purpose="self_assessment", **own)
    return Section.objects.create(questionnaire=questionnaire, key="s", order=0, title="About {{ employee_name }}")


def ask(section, key, kind="text", **values):
    return Question.objects.create(
        section=section, key=key, kind=kind, order=section.questions.count(), **{"text": "What?"} | values
    )


def part_of(section, **options):
    return Builder(**options).part(section)
