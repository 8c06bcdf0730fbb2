import pytest
from django.urls import reverse

from reviews.models import Review
from reviews.services.moves import move
from tests.factories import make_review
from tests.reviews import steps


@pytest.fixture
def review(cast, catalogue):
    return make_review(cast.subject, cast.hr)


def test_pages_from_self_assessment_to_acknowledgement(cast, as_, review):
    client = as_(cast.subject)
    for name in ("home",):
        assert client.get(reverse(f"reviews:{name}")).status_code == 200
    page = reverse("reviews:self_assessment", args=[review.pk])
    assert client.get(page).status_code == 200
    assert client.get(reverse("reviews:review", args=[review.pk])).status_code == 200
    response = client.post(page, steps.self_assessment_data(review) | {"version": 0, "send": "1"})
    assert response.status_code == 302, response.context["form"].errors
    review = Review.objects.get(pk=review.pk)
    assert review.status == "peer_review"
    review = move(review, "move_on_to_evaluation", by=cast.hr, reason="Test")
    client = as_(cast.manager)
    assert client.get(reverse("reviews:team")).status_code == 200
    page = reverse("reviews:evaluation", args=[review.pk])
    assert client.get(page).status_code == 200
    response = client.post(page, steps.evaluation_data(review) | {"version": 0})
    assert response.status_code == 302, response.context["form"].errors
    page = reverse("reviews:overall", args=[review.pk])
    response = client.get(page)
    assert response.context["missing"] == []
    response = client.post(page, steps.evaluation_data(review, overall=True) | {"version": 1, "send": "1"})
    assert response.status_code == 302, response.context["form"].errors
    response = client.post(reverse("reviews:summary", args=[review.pk]), steps.summary_data(review) | {"version": 0})
    assert response.status_code == 302, response.context["form"].errors
    response = client.post(reverse("reviews:action_new", args=[review.pk]), steps.action_data(review))
    assert response.status_code == 302, response.context["form"].errors
    client.post(reverse("reviews:conversation", args=[review.pk]), {"conversation_on": "2027-01-01"})
    client.post(reverse("reviews:move", args=[review.pk, "deliver"]))
    review = Review.objects.get(pk=review.pk)
    assert review.status == "delivered"
    client = as_(cast.subject)
    assert client.get(reverse("reviews:review", args=[review.pk])).status_code == 200
    pdf = client.get(reverse("reviews:summary_pdf", args=[review.pk]))
    assert pdf.status_code == 200
    assert pdf.content.startswith(b"%PDF")
    client.post(reverse("reviews:move", args=[review.pk, "acknowledge"]))
    client = as_(cast.hr)
    assert client.get(reverse("reviews:cycles")).status_code == 200
    assert client.get(reverse("reviews:cycle", args=[review.cycle_id])).status_code == 200
    assert client.get(reverse("reviews:review", args=[review.pk])).status_code == 200
    assert client.get(reverse("reviews:verify")).status_code == 200
