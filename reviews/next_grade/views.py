"""From one's grade to the next."""

from django.shortcuts import render

from competencies.models import Catalogue
from competencies.own_ratings import own_ratings
from competencies.views import choices_of, chosen_codes
from people.models import Grade
from reviews.next_grade.presenters import changed_codes, changes_for, grade_texts, grouped, same_codes


def next_grade(request):
    """What the grade after one's own, or after a chosen one, expects beyond it."""
    catalogue = Catalogue.objects.in_use().first()
    if catalogue is None:
        return render(request, "competencies/none.html")
    grades = list(Grade.objects.all())
    chosen = request.GET.get("grade", request.user.grade_id)
    before = next((grade for grade in grades if grade.key == chosen), None)
    after = next((grade for grade in grades if before and grade.order > before.order), None)
    context = {
        "catalogue": catalogue,
        "grades": grades,
        "before": before,
        "after": after,
        "is_own": before is not None and before.key == request.user.grade_id,
        "has_grade": request.user.grade_id is not None,
    }
    if after is not None:
        context |= compared(request, catalogue, before, after)
    return render(request, "reviews/next_grade.html", context | choices_of(request))


def compared(request, catalogue, before, after) -> dict:
    codes = list(chosen_codes(request, catalogue.codes.with_levels()))
    changed = changed_codes(codes, before, after)
    ratings = own_ratings(request.user, [code.key for code in changed])
    changes = changes_for(request.user, changed, before, after, ratings)
    return {
        "groups": grouped(changes),
        "count": len(changes),
        "reached": sum(change.is_reached for change in changes),
        "same": same_codes(codes, before, after),
        "texts": grade_texts(before, after),
    }
