"""Whom to ask: suggestions, loads, substitutes, and whether a list will reach the thresholds, in words."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from feedback import relations
from feedback.models import Request, Round
from feedback.partition import cut
from feedback.questions import Groups
from feedback.services.nominating import loads_of
from feedback.states import ON_THE_LIST, RequestStatus
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
    """Somebody who could be asked; `relation` is a first guess."""

    person: User
    relation: str
    why: str = ""
    load: int = 0


def taken(round: Round, requests) -> set:
    """Who cannot be added, from all `requests` of the round: the listed, those who declined, subject and manager."""
    used = [*ON_THE_LIST, RequestStatus.DECLINED]
    givers = {request.giver_id for request in requests if request.status in used and request.giver_id}
    return {*givers, round.subject_id, round.manager_id}


def search(round: Round, words: str, used: set) -> list[Candidate]:
    """Colleagues whose name or address contains every word."""
    found = User.objects.active().named_like(words).exclude(pk__in=used)
    return [Candidate(person, relations.of(person, round.subject)) for person in found[:MOST_FOUND]]


def suggestions(round: Round, used: set) -> list[Candidate]:
    """From all sources in their order, each person once and nobody of `used`."""
    used, found = set(used), []
    for source in SOURCES:
        for person, why in source(round):
            if person.pk not in used:
                used.add(person.pk)
                found.append(Candidate(person, relations.of(person, round.subject), str(why)))
    return found[:MOST_SUGGESTIONS]


@suggestion_source
def asked_before(round: Round):
    past = Request.objects.filter(round__subject=round.subject_id, giver__isnull=False, giver__is_active=True)
    answered = past.exclude(round=round.pk).filter(status=RequestStatus.ANSWERED)
    for request in answered.select_related("giver").order_by("-round__period_end")[:MOST_SUGGESTIONS]:
        yield request.giver, _("gave feedback before")


@suggestion_source
def near(round: Round):
    """Direct reports, then the team."""
    is_team = Q(team=round.subject.team_id) if round.subject.team_id else Q(pk__in=[])
    people = list(User.objects.active().filter(Q(manager=round.subject_id) | is_team)[: 4 * MOST_SUGGESTIONS])
    for person in sorted(people, key=lambda person: person.manager_id != round.subject_id):
        yield person, _("direct report") if person.manager_id == round.subject_id else _("same team")


def substitutes(round: Round, requests: list[Request], used: set) -> dict:
    """By the id of each request that needs one (declined, or the cap is reached): people of the same role with room."""
    needy = {request.pk: request.relation for request in requests}
    if not needy:
        return {}
    near = Q(team=round.subject.team_id) | Q(manager=round.subject.manager_id) | Q(manager=round.subject_id)
    wide = Q(profession__in=set(needy.values()))
    people = list(User.objects.active().filter(near | wide).exclude(pk__in=used).order_by("name")[:200])
    loads, found = loads_of([person.pk for person in people]), {}
    for pk, relation in needy.items():
        fitting = [person for person in people if relations.of(person, round.subject) == relation]
        free = sorted(
            (person for person in fitting if loads[person.pk] < round.max_per_giver), key=lambda p: loads[p.pk]
        )
        found[pk] = [Candidate(person, relation, load=loads[person.pk]) for person in free[:MOST_SUBSTITUTES]]
    return found


@dataclass(frozen=True)
class Mix:
    """What the list can show once everybody has answered."""

    sentences: tuple[str, ...]
    is_enough: bool


def mix(round: Round, requests: list[Request]) -> Mix:
    """Relation by relation: a group of their own, together with others, or nothing; and whether texts can be shown."""
    sizes = Counter(request.relation for request in requests)
    if not round.is_anonymous:
        return Mix((_("Answers are shown with names: any number will do."),), bool(requests))
    groups = Groups(round.catalogue)
    rated = {key: _sizes_of(groups, key, sizes) for key, group in groups.by_key.items() if not group.is_contact}
    blocks = {key: cut(found, round.k_scores, groups.alone) for key, found in rated.items()}
    sentences = [_words_for(relation, sizes[relation], rated, blocks) for relation in sorted(sizes)]
    pooled = sum(count for relation, count in sizes.items() if relation not in groups.alone)
    sentences.append(_words_for_texts(pooled, round.k_texts))
    return Mix(tuple(sentences), any(blocks.values()))


def _sizes_of(groups, key, sizes) -> dict:
    return {relation: count for relation, count in sizes.items() if key in groups.asked_of({relation})}


def _words_for(relation, count, rated, blocks) -> str:
    asked = [key for key in rated if relation in rated[key]]
    alone = [key for key in asked if frozenset([relation]) in blocks[key]]
    shown = [key for key in asked if any(relation in block for block in blocks[key])]
    values = {"count": count, "who": relations.many(relation), "shown": len(shown), "asked": len(asked)}
    if asked and len(alone) == len(asked):
        return _("%(who)s (%(count)s): enough for a group of their own if all of them answer.") % values
    if shown:
        return _("%(who)s (%(count)s): %(shown)s of %(asked)s codes can be shown, together with others.") % values
    return _("%(who)s (%(count)s): too few; nothing they choose could be shown.") % values


def _words_for_texts(count, k) -> str:
    if count >= k:
        return _("Texts: enough if at least %(k)s of them write something.") % {"k": k}
    missing = ngettext("Texts: %(n)s more person is needed.", "Texts: %(n)s more people are needed.", k - count)
    return missing % {"n": k - count}
