"""The cut: which answers may be shown together. Pure functions; security contract 2.4 is their specification.

Each rated group of questions is cut on its own: one block per relation with at least k authors; the smaller relations
pooled; when the pool is too small the smallest visible block joins it; when there is none, the pool is withheld.
Relations that are never pooled stand alone or are withheld. Blocks never overlap and are never cut again.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Rating:
    """One author's rating in one group of questions; `point` is any hashable."""

    relation: str
    point: object


def cut(sizes: Mapping[str, int], k: int, alone: Iterable[str] = ()) -> list[frozenset]:
    """Blocks of relations, each with at least `k` authors, from the number of authors per relation.

    `alone` are the relations that are never pooled.
    """
    alone = set(alone)
    blocks = [frozenset([relation]) for relation in sorted(sizes) if sizes[relation] >= k]
    pool = frozenset(relation for relation in sizes if 0 < sizes[relation] < k and relation not in alone)
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


def rated_blocks(ratings: Iterable[Rating], k: int, alone: Iterable[str], points: list) -> list[dict]:
    """Blocks of one group: {"relations", "n", "counts"}; `counts` in the order of `points`, the scale's answers."""
    ratings = list(ratings)
    sizes = Counter(rating.relation for rating in ratings)
    blocks = []
    for block in cut(sizes, k, alone):
        counts = Counter(rating.point for rating in ratings if rating.relation in block)
        row = {"relations": sorted(block), "n": size(block, sizes), "counts": [counts[point] for point in points]}
        blocks.append(row)
    return blocks


def open_to(authored: frozenset, rows: Iterable[dict], k: int) -> list[dict]:
    """Of these blocks those a reader may see who has answered in the relations `authored`: with `k` others behind them.

    Such a reader can take the own answer off.
    """
    return [row for row in rows if row["n"] - (not authored.isdisjoint(row["relations"])) >= k]


def text_pools(texts: Iterable[tuple], k: int, alone: Iterable[str], shuffle) -> list[dict]:
    """Pools of texts with at least `k` authors from (theme, relation, text, counts_author) rows.

    One pool per theme, and one for each relation that is never pooled. `shuffle` orders the texts in place.
    """
    alone, pools = set(alone), defaultdict(list)
    for theme, relation, text, counts_author in texts:
        pools[theme, relation if relation in alone else ""].append((text, relation, counts_author))
    shown = []
    for (theme, relation), rows in sorted(pools.items()):
        authors = sum(counts_author for _text, _relation, counts_author in rows)
        if authors >= k:
            words = [text for text, _relation, _counts in rows]
            shuffle(words)
            shown.append({"theme": theme, "alone": relation, "authors": authors, "texts": words})
    return shown
