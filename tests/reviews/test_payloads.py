"""What people type stays what they typed: markup, templates, formulas and control characters in every field."""

import pytest
from django.urls import reverse

from reviews.evaluation.material import Material
from reviews.models import Rebuttal
from tests.factories import make_cycle
from tests.reviews import steps
from tests.reviews.conftest import acknowledge, deliver, end_feedback, fresh, save, send_evaluation

PAYLOADS = [
    '<script>alert("x")</script>',
    "<img src=x onerror=alert(1)>",
    "{{ user.password }}{% debug %}",
    "=HYPERLINK(1)",
    "مراجعة الأداء 🚀",
    "a" * 400,
]
DANGEROUS = ['<script>alert("x")', "<img src=x"]


def filled_with(payload, sections):
    data = steps.filled(sections)
    for section in sections:
        for spec in section.fields:
            if spec.kind == "text":
                data[spec.name] = payload[: spec.max_length]
    return data


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_is_typed_anywhere_in_a_review_is_shown_as_text(cast, as_, review, payload):
    material = Material(fresh(review))
    client, page = as_(cast.subject), reverse("reviews:self_assessment", args=[review.pk])
    data = filled_with(payload, material.parts("self_assessment"))
    assert client.post(page, data | {"version": 0, "send": "1"}).status_code == 302
    end_feedback(fresh(review), cast)
    save(review, "evaluation", material.parts("evaluation"), filled_with(payload, material.parts("evaluation")))
    send_evaluation(fresh(review), cast)
    deliver(fresh(review), cast)
    save(review, "summary", material.parts("summary"), filled_with(payload, material.parts("summary")))
    Rebuttal.objects.create(review=review, text=payload)
    for person in (cast.subject, cast.manager, cast.hr):
        html = as_(person).get(review.get_absolute_url()).content.decode()
        assert not any(each in html for each in DANGEROUS)
        assert "argon2" not in html
    acknowledge(fresh(review), cast)


@pytest.mark.parametrize("payload", PAYLOADS[:3])
def test_the_name_of_a_cycle_and_the_words_of_its_stages_are_text(cast, as_, catalogue, payload):
    cycle = make_cycle(cast.hr, name=payload[:100])
    cycle.stages.update(title=payload[:100], texts={"not_started": payload})
    client = as_(cast.hr)
    for name in ("cycle_stages", "cycle_population", "cycle_edit"):
        html = client.get(reverse(f"reviews:{name}", args=[cycle.pk])).content.decode()
        assert not any(each in html for each in DANGEROUS)


@pytest.mark.parametrize("value", ["nonsense", "5", "<b>", "proficient'--"])
def test_a_point_that_is_not_on_the_scale_is_refused(cast, as_, review, value):
    client, page = as_(cast.subject), reverse("reviews:self_assessment", args=[review.pk])
    response = client.post(page, {"sc_level-TEC-CICD": value, "version": 0})
    assert response.status_code == 400
    assert "sc_level-TEC-CICD" in response.context["form"].errors


@pytest.mark.parametrize("verb", ["deliver", "end_peer_review", "calibrate", "nonsense", "save", "delete"])
def test_a_verb_that_is_not_offered_is_a_page_that_does_not_exist(cast, as_, review, verb):
    assert as_(cast.hr).get(reverse("reviews:move", args=[review.pk, verb])).status_code == 404


def test_forms_need_their_token(cast, review, client):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.hr)
    response = strict.post(reverse("reviews:move", args=[review.pk, "cancel"]), {"reason": "Ha"})
    assert response.status_code == 403
    assert fresh(review).status == "self_assessment"
