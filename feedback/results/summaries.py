"""What may be shown of a round, to whom: the one function that pages, documents, exports and mails call."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from competencies.models import Code
from feedback import relations
from feedback.answers.questions import Groups, theme_of, words_of
from feedback.models import AttributedAnswer, FeedbackRequest, FeedbackRound, HiddenText, Release
from feedback.policies import RoundPolicy
from feedback.release.partition import open_to
from feedback.results.charts import plot_of
from feedback.states import RequestStatus, RoundStatus, Theme
from foundation.outbox.mails import fill


@dataclass(frozen=True)
class Spread:
    """How many chose one answer of the scale; `percent` of the block, 0 to 100."""

    label: str
    score: int | None
    count: int
    percent: int


@dataclass(frozen=True)
class Block:
    """The answers of one group of people to one group of questions; never fewer than k authors."""

    label: str
    n: int
    spread: tuple[Spread, ...]
    words: str

    @property
    def at_least(self) -> str:
        """ "7 of 8: often or more": how many chose the middle of the scale or above."""
        scored = [each for each in self.spread if each.score is not None]
        if len(scored) < 2:
            return ""
        upper = scored[len(scored) // 2 :]
        words = {"count": sum(each.count for each in upper), "n": self.n, "label": upper[0].label.lower()}
        return _("%(count)d of %(n)d: %(label)s or more") % words

    @property
    def plot(self) -> dict:
        """Geometry of the dot plot in SVG units: one square per answer, stacked above its place on the scale."""
        return plot_of([each.count for each in self.spread])


@dataclass(frozen=True)
class Text:
    id: str
    text: str


@dataclass(frozen=True)
class TextPool:
    """Texts under one theme, shuffled, without role. `label` names the group only when it is never pooled."""

    theme: str
    heading: str
    label: str
    texts: tuple[Text, ...]


@dataclass(frozen=True)
class CodeResult:
    """The blocks and examples of one performance code; `code` is None for questions without one."""

    code: Code | None
    title: str
    blocks: tuple[Block, ...]
    is_contact: bool = False
    examples: tuple[TextPool, ...] = ()

    @property
    def n(self) -> int:
        """Authors in the shown blocks."""
        return sum(block.n for block in self.blocks)


@dataclass(frozen=True)
class NamedAnswer:
    """Attributed rounds only: shown with the name, as told to the giver."""

    giver: str
    relation: str
    question: str
    code: str
    theme: str
    choice: str
    text: str


@dataclass(frozen=True)
class Feedback:
    """All there is to show. `reason` says in words why there is nothing, or what is withheld."""

    confidentiality: str
    k_scores: int
    k_texts: int
    reason: str = ""
    codes: tuple[CodeResult, ...] = ()
    contact: CodeResult | None = None
    withheld: tuple[str, ...] = ()
    pools: tuple[TextPool, ...] = ()
    withheld_texts: tuple[str, ...] = ()
    named: tuple[NamedAnswer, ...] = field(default=())

    @property
    def is_shown(self) -> bool:
        return bool(self.codes or self.contact or self.pools or self.named)

    @property
    def texts(self) -> list[Text]:
        """Every text of the anonymous results, those that stand with a code included."""
        pools = [pool for result in self.codes for pool in result.examples]
        return [text for pool in (*pools, *self.pools) for text in pool.texts]

    def of_code(self, code: str) -> CodeResult | None:
        return next((result for result in self.codes if result.code and result.code.key == code), None)


def visible_feedback(viewer, feedback_round: FeedbackRound) -> Feedback:
    """What `viewer` may see of a round now. Nothing, with the reason, before the release or without a part in it."""
    empty: dict[str, Any] = {
        "confidentiality": feedback_round.confidentiality,
        "k_scores": feedback_round.k_scores,
        "k_texts": feedback_round.k_texts,
    }
    if not RoundPolicy.allows(viewer, feedback_round, "read_results"):
        return Feedback(**empty, reason=why_nothing(feedback_round))
    if not feedback_round.is_anonymous:
        named = tuple(_named(feedback_round))
        return Feedback(**empty, named=named, reason="" if named else _("No one has answered."))
    snapshot = Release.objects.get(round=feedback_round)
    return _shown(feedback_round, snapshot, authored_relations(viewer, feedback_round), empty)


def why_nothing(feedback_round) -> str:
    if feedback_round.status == RoundStatus.CANCELLED:
        return _("The feedback was cancelled; nothing is shown.")
    if feedback_round.status == RoundStatus.RELEASED:
        return _("The results can be read once the review has been delivered.")
    return _("Results can be read once the feedback is closed. Until then, nobody sees any of them.")


def authored_relations(viewer, feedback_round) -> frozenset[str]:
    """The relations in which `viewer` has answered: such a viewer knows one answer, so k others are needed."""
    if viewer.pk == feedback_round.subject_id:
        return frozenset()  # nobody is asked about themselves
    # Somebody asked as an outsider may have an account by now.
    is_own = Q(giver=viewer) | Q(giver=None, email__iexact=viewer.email)
    own = FeedbackRequest.objects.filter(is_own, round=feedback_round, status=RequestStatus.ANSWERED)
    return frozenset(own.values_list("relation", flat=True))


def _shown(feedback_round, snapshot, authored, empty) -> Feedback:
    content, groups = snapshot.content, Groups(feedback_round.catalogue)
    hidden = {str(pk) for pk in HiddenText.objects.filter(release=snapshot).values_list("text_id", flat=True)}
    found = _open_pools(content, feedback_round, authored)
    examples = defaultdict(list)
    for pool in found:
        examples[pool.get("group", "")].append(_pool(pool, hidden))
    results = {
        key: _result(
            groups.by_key[key], content["ratings"].get(key, []), examples[key], feedback_round.k_scores, authored
        )
        for key in groups.by_key
        if key in groups.asked_of(content["asked"])
    }
    pools = tuple(sorted(examples[""], key=lambda pool: Theme.values.index(pool.theme)))
    themes = {pool["theme"] for pool in found}
    feedback = Feedback(
        **empty,
        codes=tuple(result for result in results.values() if result.blocks and not result.is_contact),
        contact=next((result for result in results.values() if result.blocks and result.is_contact), None),
        withheld=tuple(result.title for result in results.values() if not (result.blocks or result.is_contact)),
        pools=pools,
        withheld_texts=tuple(str(theme.label) for theme in Theme if theme.value not in themes),
    )
    return feedback if feedback.is_shown else Feedback(**empty, reason=too_few(feedback_round))


def too_few(feedback_round) -> str:
    return _(
        "Too few people have answered to show anything without showing who said it. "
        "Scores need %(scores)s people who answered the same question, texts need %(texts)s."
    ) % {"scores": feedback_round.k_scores, "texts": feedback_round.k_texts}


def _result(group, rows, examples, k, authored) -> CodeResult:
    blocks = tuple(_block(row, group) for row in open_to(authored, rows, k))
    return CodeResult(group.code, group.title, blocks, group.is_contact, tuple(examples))


def _block(row, group) -> Block:
    label = relations.many(row["relations"][0]) if len(row["relations"]) == 1 else _("Other collaborators")
    spread = tuple(
        Spread(point.label, point.score, count, round(100 * count / row["n"]))
        for point, count in zip(group.points, row["counts"], strict=True)
    )
    return Block(str(label), row["n"], spread, in_words(spread))


def in_words(spread) -> str:
    """ "3 × Often, 1 × Nearly always": the spread for those who do not see a plot."""
    return ", ".join(f"{each.count} × {each.label}" for each in spread if each.count)


def _open_pools(content, feedback_round, authored) -> list[dict]:
    """Pools that this viewer may read: with k others, should the viewer be among the authors."""
    found = []
    for pool in content["texts"]:
        is_mine = bool(authored) and (not pool["alone"] or pool["alone"] in authored)
        if pool["authors"] - is_mine >= feedback_round.k_texts:
            found.append(pool)
    return found


def _pool(pool, hidden) -> TextPool:
    texts = tuple(Text(**text) for text in pool["texts"] if text["id"] not in hidden)
    label = str(relations.many(pool["alone"])) if pool["alone"] else ""
    return TextPool(pool["theme"], str(Theme(pool["theme"]).label), label, texts)


def _named(feedback_round):
    rows = AttributedAnswer.objects.filter(request__round=feedback_round).select_related(
        "request", "question__code", "point"
    )
    words = words_of(feedback_round)
    for row in rows.order_by("request__name", "question__section__order", "question__order"):
        yield NamedAnswer(
            giver=row.request.name,
            relation=str(relations.one(row.request.relation)),
            question=fill(row.question.text, words),
            code=row.question.code.key if row.question.code else "",
            theme="" if row.point else theme_of(row.question),
            choice=row.point.label if row.point else "",
            text=row.text,
        )
