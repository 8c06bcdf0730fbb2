"""The product's addresses, the pages of development, and a page that fails."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.urls import include, path

from foundation.operations import mailbox

handler500 = "people.fault_pages.server_error"


@login_not_required
def fail(request):
    raise RuntimeError("the secret inside")


@login_not_required
def refuse(request):
    raise PermissionDenied("because of the secret inside")


urlpatterns = [
    path("", include("config.urls")),
    path("mailbox/", mailbox.index, name="mailbox"),
    path("mailbox/<slug:key>/", mailbox.letter, name="letter"),
    path("fail/", fail),
    path("refuse/", refuse),
]
