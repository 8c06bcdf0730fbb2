"""Every app's URLs in one place."""

from django.conf import settings
from django.urls import include, path

from foundation.operations import health
from foundation.ui import search

handler400 = "people.fault_pages.bad_request"
handler500 = "people.fault_pages.server_error"

urlpatterns = [
    path("healthz", health.process, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("search/", search.page, name="search"),
    path("accounts/", include("allauth.urls")),
    path("people/", include("people.urls")),
    path("activity/", include("foundation.audit.urls")),
    path("activity/", include("foundation.outbox.urls")),
    path("catalogue/", include("competencies.urls")),
    path("catalogue/", include("questionnaires.urls")),
    path("goals/", include("goals.urls")),
    path("", include("feedback.urls")),
    path("", include("reviews.urls")),
]
if settings.DEBUG:
    from foundation.operations import mailbox
    from foundation.ui import styleguide

    urlpatterns += [
        path("styleguide/", styleguide.styleguide, name="styleguide"),
        path("mailbox/", mailbox.index, name="mailbox"),
        path("mailbox/<slug:key>/", mailbox.letter, name="letter"),
    ]
