"""The product's addresses, and the floor: the least a page of this installation can do."""

from django.shortcuts import render
from django.urls import include, path

from people.models import User


def floor(request):
    """Session, user, one row by its index, 5 kB of HTML."""
    person = User.objects.only("name").get(pk=request.user.pk)
    return render(request, "floor.html", {"person": person, "lines": range(60)})


urlpatterns = [path("floor/", floor), path("", include("config.urls"))]
