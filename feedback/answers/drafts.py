"""Where a giver's answers are kept while they are written: sealed, in a draft that nobody else reads."""

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from feedback.answers import draft_keys
from feedback.models import Draft, FeedbackRequest
from feedback.states import RequestStatus
from foundation.ui.drafts import Stale
from questionnaires.drafts import Closed


class GiverDraft:
    """The Holder (questionnaires/drafts.py) of one request. `browser` marks a draft that is written behind a link."""

    def __init__(self, request: FeedbackRequest, browser: str = "", draft: Draft | None = None):
        self.request, self.browser = request, browser
        self.draft = draft or Draft(request=request)

    @property
    def version(self) -> int:
        return self.draft.version

    @property
    def saved_at(self):
        return self.draft.saved_at

    def values(self) -> dict:
        return self.draft.answers

    def refresh(self) -> None:
        """Raises Closed once the request is no longer asked: a draft that outlives its sending would tell who wrote it.

        A draft that another browser began meanwhile is not read here.
        """
        asked = FeedbackRequest.objects.select_for_update(of=("self",), no_key=True).filter(status=RequestStatus.ASKED)
        if not asked.filter(pk=self.request.pk).exists():
            raise Closed(_("This has already been sent, declined or closed."))
        draft = Draft.objects.filter(request=self.request).first()
        if draft is not None and self.browser and draft.browser != self.browser:
            raise Closed(_("This has already been sent, declined or closed."))
        self.draft = draft or Draft(request=self.request)

    def store(self, changes: dict) -> None:
        """Raises Stale when another save slips in between where rows cannot be locked."""
        answers = self.draft.answers | changes
        if not self.draft.pk:
            new = {"answers": answers, "version": 1, "browser": self.browser}
            self.draft, is_new = Draft.objects.get_or_create(request=self.request, defaults=new)
            if not is_new:
                raise Stale(self)
            return
        sealed = draft_keys.seal(self.request.pk, answers)
        same = Draft.objects.filter(pk=self.draft.pk, version=self.draft.version)
        if not same.update(sealed=sealed, version=F("version") + 1, saved_at=timezone.now()):
            self.draft = Draft.objects.get(pk=self.draft.pk)
            raise Stale(self)
        self.draft.sealed, self.draft.version, self.draft.saved_at = sealed, self.draft.version + 1, timezone.now()
