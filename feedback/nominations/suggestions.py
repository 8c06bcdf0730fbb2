"""Whom to ask: suggestions, loads, substitutes, and whether a list will reach the thresholds, in words."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import chain, zip_longest

from django.db.models import Case, Q, SmallIntegerField, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from feedback import relations
from feedback.answers.questions import Groups
from feedback.models import FeedbackRequest, FeedbackRound
from feedback.nominations.services import loads_of
from feedback.release.partition import cut
from feedback.states import INVITED, ON_THE_LIST, RequestStatus
from people.models import User

MOST_SUGGESTIONS = 8
MOST_SUBSTITUTES = 3
MOST_FOUND = 10
SOURCES: list[Callable] = []


def suggestion_source(find: Callable) -> Callable:
    """Register `find(round)`, which yields (user, why in words). Apps above this one add theirs: shared goals, say."""
    SOURCES.append(find)
    return find


@dataclass(frozen=True)
class Candidate:
    """Somebody who could be asked; `relation` is a first guess, `load` is None where it is not shown."""

    person: User
    relation: str
    why: str = ""
    load: int | None = None


def taken(feedback_round: FeedbackRound, requests) -> set:
    """Who cannot be added, from all `requests` of the round: the listed, those who declined, subject and manager."""
    used = [*ON_THE_LIST, RequestStatus.DECLINED]
    givers = {request.giver_id for request in requests if request.status in used and request.giver_id}
    return {*givers, feedback_round.subject_id, feedback_round.manager_id}


def search(feedback_round: FeedbackRound, words: str, used: set) -> list[Candidate]:
    """Colleagues whose name or address contains every word."""
    found = User.objects.active().named_like(words).exclude(pk__in=used)
    return [Candidate(person, relations.of(person, feedback_round.subject)) for person in found[:MOST_FOUND]]


def suggestions(feedback_round: FeedbackRound, used: set) -> list[Candidate]:
    """The first of every source before the second of any, so that none hides another; each person once."""
    found: dict[User, list[str]] = {}
    for person, why in filter(None, chain.from_iterable(zip_longest(*(source(feedback_round) for source in SOURCES)))):
        if person.pk not in used and why not in found.setdefault(person, []):
            found[person].append(str(why))
    people = [(person, ", ".join(whys)) for person, whys in found.items()][:MOST_SUGGESTIONS]
    return [Candidate(person, relations.of(person, feedback_round.subject), whys) for person, whys in people]


def with_loads(found: list[Candidate], loads: dict) -> list[Candidate]:
    """The same people with their requests of now, for those who look after the cap."""
    return [replace(each, load=loads[each.person.pk]) for each in found]


@suggestion_source
def asked_before(feedback_round: FeedbackRound):
    """Whether they answered, declined or did neither: the subject may not learn it from here."""
    past = FeedbackRequest.objects.filter(
        round__subject=feedback_round.subject_id, giver__isnull=False, giver__is_active=True
    )
    asked = past.exclude(round=feedback_round.pk).filter(status__in=INVITED)
    for request in asked.select_related("giver").order_by("-round__period_end", "name")[:MOST_SUGGESTIONS]:
        yield request.giver, _("asked before")


@suggestion_source
def near(feedback_round: FeedbackRound):
    """Direct reports, then the team."""
    is_team = Q(team=feedback_round.subject.team_id) if feedback_round.subject.team_id else Q(pk__in=[])
    reports_first = Case(When(manager=feedback_round.subject_id, then=0), default=1, output_field=SmallIntegerField())
    people = (
        User.objects.active().filter(Q(manager=feedback_round.subject_id) | is_team).order_by(reports_first, "name")
    )
    for person in people[: 4 * MOST_SUGGESTIONS]:
        yield person, _("direct report") if person.manager_id == feedback_round.subject_id else _("same team")


def substitutes(feedback_round: FeedbackRound, requests: list[FeedbackRequest], used: set) -> dict:
    """By the id of each request that needs one (declined, or the cap is reached): people of the same role with room.

    Those of the same team as the one to replace come first, then those with the fewest requests.
    """
    if not requests:
        return {}
    close = (
        Q(team=feedback_round.subject.team_id)
        | Q(manager=feedback_round.subject.manager_id)
        | Q(manager=feedback_round.subject_id)
    )
    wide = Q(profession__in={request.relation for request in requests})
    people = list(User.objects.active().filter(close | wide).exclude(pk__in=used).order_by("name")[:200])
    loads, found = loads_of([person.pk for person in people]), {}
    for request in requests:
        team = request.giver.team_id if request.giver else feedback_round.subject.team_id
        fitting = [person for person in people if relations.of(person, feedback_round.subject) == request.relation]
        free = [person for person in fitting if loads[person.pk] < feedback_round.max_per_giver]
        near = _near_first(free, team, loads)[:MOST_SUBSTITUTES]
        found[request.pk] = with_loads([Candidate(person, request.relation) for person in near], loads)
    return found


def _near_first(people: list[User], team, loads: dict) -> list[User]:
    return sorted(people, key=lambda person: (team is None or person.team_id != team, loads[person.pk]))


@dataclass(frozen=True)
class Remark:
    """One sentence about a list; `is_good` when what it speaks of can be shown."""

    text: str
    is_good: bool


@dataclass(frozen=True)
class Mix:
    """What the list can show once everybody has answered."""

    lines: tuple[Remark, ...]
    is_enough: bool


def mix(feedback_round: FeedbackRound, requests: list[FeedbackRequest]) -> Mix:
    """Relation by relation: a group of their own, together with others, or nothing; and whether texts can be shown.

    Outsiders whom HR has not confirmed count for nothing here.
    """
    sizes = Counter(request.relation for request in requests if not request.is_unconfirmed)
    if not feedback_round.is_anonymous:
        return Mix(
            (Remark(_("Answers are shown with names, so any number is enough."), bool(requests)),), bool(requests)
        )
    groups = Groups(feedback_round.catalogue)
    rated = {key: _sizes_of(groups, key, sizes) for key, group in groups.by_key.items() if not group.is_contact}
    blocks = {key: cut(found, feedback_round.k_scores, groups.alone) for key, found in rated.items()}
    lines = [_line_for(relation, sizes[relation], rated, blocks, feedback_round.k_scores) for relation in sorted(sizes)]
    pooled = sum(count for relation, count in sizes.items() if relation not in groups.alone)
    lines.append(_line_for_texts(pooled, feedback_round.k_texts))
    return Mix(tuple(lines), any(blocks.values()))


def _sizes_of(groups, key, sizes) -> dict:
    return {relation: count for relation, count in sizes.items() if key in groups.asked_of({relation})}


def _line_for(relation, count, rated, blocks, k) -> Remark:
    asked = [key for key in rated if relation in rated[key]]
    alone = [key for key in asked if frozenset([relation]) in blocks[key]]
    shown = [key for key in asked if any(relation in block for block in blocks[key])]
    values = {"count": count, "who": relations.many(relation), "shown": len(shown), "asked": len(asked)}
    if asked and len(alone) == len(asked):
        return Remark(_("%(who)s (%(count)s): enough for a group of their own if all of them answer.") % values, True)
    if shown:
        words = _("%(who)s (%(count)s): %(shown)s of %(asked)s codes can be shown, together with others.")
        return Remark(words % values, len(shown) == len(asked))
    words = _("%(who)s (%(count)s): too few; none of their ratings could be shown.") % values
    more = _("%(more)s more would make a group.") % {"more": k - count} if asked and count < k else ""
    return Remark(f"{words} {more}".strip(), False)


def _line_for_texts(count, k) -> Remark:
    if count >= k:
        return Remark(_("Comments: enough if at least %(k)s of them write something.") % {"k": k}, True)
    missing = ngettext("Comments: %(n)s more person is needed.", "Comments: %(n)s more people are needed.", k - count)
    return Remark(missing % {"n": k - count}, False)
