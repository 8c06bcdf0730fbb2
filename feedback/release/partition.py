"""The cut: which answers may be shown together. Pure functions; security contract 2.4 is their specification.

Each rated group of questions is cut on its own: one block per relation with at least k authors; the smaller relations
pooled; when the pool is too small the smallest visible block joins it; when there is none, the pool is withheld.
Relations that are never pooled stand alone or are withheld. Blocks never overlap and are never cut again.

Authors for whom nobody vouches are shown and not counted: whoever invented them could take them off. Which answers are
theirs is stored nowhere. `doubtful` says how many of a relation there are; what remains is the least number of authors
that count, whichever answers are doubtful.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

NONE: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True)
class AuthorRating:
    """One author's rating in one group of questions; `point` is any hashable."""

    relation: str
    point: object


def counted(sizes: Mapping[str, int], doubtful: Mapping[str, int]) -> dict[str, int]:
    """By relation the least number of authors that count, from that of all authors; 0 and more."""
    return {relation: max(0, number - doubtful.get(relation, 0)) for relation, number in sizes.items()}


def cut(
    sizes: Mapping[str, int], k: int, alone: Iterable[str] = (), doubtful: Mapping[str, int] = NONE
) -> list[frozenset[str]]:
    """Blocks of relations, each with at least `k` authors that count, from the number of all authors per relation.

    `alone` are the relations that are never pooled; `doubtful` by relation how many authors at most do not count.
    """
    alone, present = set(alone), {relation for relation in sizes if sizes[relation] > 0}
    sizes = counted(sizes, doubtful)
    blocks = [frozenset([relation]) for relation in sorted(sizes) if sizes[relation] >= k]
    pool = frozenset(relation for relation in present if sizes[relation] < k and relation not in alone)
    if not pool:
        return blocks
    if size(pool, sizes) < k:
        candidates = [block for block in blocks if not block & alone]
        if not candidates:
            return blocks
        smallest = min(candidates, key=lambda block: (size(block, sizes), sorted(block)))
        blocks.remove(smallest)
        pool |= smallest
    return [*blocks, pool]


def size(block: Iterable[str], sizes: Mapping[str, int]) -> int:
    return sum(sizes[relation] for relation in block)


def rated_blocks(
    ratings: Iterable[AuthorRating], k: int, alone: Iterable[str], points: list[Any], doubtful: Mapping[str, int] = NONE
) -> list[dict[str, Any]]:
    """Blocks of one group: {"relations", "n", "counted", "counts"}; `counts` in the order of `points` of the scale.

    `n` is the number of all authors in it, `counted` of those that count at least.
    """
    ratings = list(ratings)
    sizes = Counter(rating.relation for rating in ratings)
    trusted, blocks = counted(sizes, doubtful), []
    for block in cut(sizes, k, alone, doubtful):
        counts = Counter(rating.point for rating in ratings if rating.relation in block)
        numbers = {"n": size(block, sizes), "counted": size(block, trusted)}
        blocks.append({"relations": sorted(block), **numbers, "counts": [counts[point] for point in points]})
    return blocks


def open_to(authored: frozenset[str], rows: Iterable[dict[str, Any]], k: int) -> list[dict[str, Any]]:
    """Of these blocks those a reader may see who has answered in the relations `authored`: with `k` others behind them.

    Such a reader can take the own answer off. Rows released before outsiders had to be confirmed have no "counted".
    """
    return [row for row in rows if row.get("counted", row["n"]) - (not authored.isdisjoint(row["relations"])) >= k]


@dataclass(frozen=True)
class Written:
    """One text. `counts_author` is true on one text of each author under each theme.

    `group` is that of the rated question of which the text is an example; empty for an answer to a question of its own.
    Of one author a group has at most one example.
    """

    theme: str
    relation: str
    text: str
    counts_author: bool = True
    group: str = ""


def text_pools(
    texts: Iterable[Written],
    blocks: Mapping[str, list[dict[str, Any]]],
    k: int,
    alone: Iterable[str],
    *,
    shuffle: Callable[[list[str]], None],
    doubtful: Mapping[str, int] = NONE,
) -> list[dict[str, Any]]:
    """Pools of texts with at least `k` authors that count: {"theme", "group", "alone", "authors", "texts"}.

    Its "authors" are those that count at least. Examples stand with their group where `k` of those whose ratings are
    shown in `blocks` wrote one; all others are pooled without their group. Every text is in one pool at most, and no
    pool mixes a relation that is never pooled with another. `shuffle` orders the texts in place.
    """
    alone = set(alone)
    pools: dict[tuple[str, str, str], list[Written]] = defaultdict(list)
    for each in texts:
        relations = {relation for block in blocks.get(each.group, ()) for relation in block["relations"]}
        group = each.group if each.relation in relations else ""
        pools[each.theme, group, each.relation if each.relation in alone else ""].append(each)
    _dissolve(pools, k, doubtful)
    shown = []
    for (theme, group, alone_as), rows in sorted(pools.items()):
        authors = authors_of(rows, group, doubtful)
        if authors >= k:
            words = [each.text for each in rows]
            shuffle(words)
            shown.append({"theme": theme, "group": group, "alone": alone_as, "authors": authors, "texts": words})
    return shown


def authors_of(rows: Iterable[Written], group: str, doubtful: Mapping[str, int]) -> int:
    """The least number of authors of these texts that count; within a group each text is another author's."""
    sizes = Counter(each.relation for each in rows if group or each.counts_author)
    return sum(counted(sizes, doubtful).values())


def _dissolve(pools: dict[tuple[str, str, str], list[Written]], k: int, doubtful: Mapping[str, int]) -> None:
    """Move examples to the pool without a group: where too few wrote one, and until the rest has enough authors.

    The smallest groups go first. So no example is withheld as long as `k` authors of examples are counted.
    """
    grouped = [key for key in pools if key[1]]
    for key in sorted(grouped, key=lambda key: (authors_of(pools[key], key[1], doubtful), key)):
        theme, group, alone_as = key
        rest = (theme, "", alone_as)
        is_short = bool(pools.get(rest)) and authors_of(pools[rest], "", doubtful) < k
        if authors_of(pools[key], group, doubtful) < k or is_short:
            pools.setdefault(rest, []).extend(pools.pop(key))
