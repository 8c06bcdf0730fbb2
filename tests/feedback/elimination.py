"""Exact elimination: what a reader can compute from sums over known sets of people. Rational, no rounding."""

from fractions import Fraction


def reduced(rows: list[list[int]]) -> list[list[Fraction]]:
    """Reduced row echelon form of 0/1 rows, zero rows left out."""
    rows, width, rank = [[Fraction(value) for value in row] for row in rows], len(rows[0]) if rows else 0, 0
    for column in range(width):
        pivot = next((index for index in range(rank, len(rows)) if rows[index][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        rows[rank] = [value / rows[rank][column] for value in rows[rank]]
        for index, row in enumerate(rows):
            if index != rank and row[column]:
                rows[index] = [mine - row[column] * its for mine, its in zip(row, rows[rank], strict=True)]
        rank += 1
    return rows[:rank]


def is_computable(rows: list[list[int]], target: list[int]) -> bool:
    """Whether the sum over `target` follows from the sums over `rows`."""
    basis = reduced(rows)
    rest = [Fraction(value) for value in target]
    for row in basis:
        lead = next(index for index, value in enumerate(row) if value)
        if rest[lead]:
            rest = [mine - rest[lead] * its for mine, its in zip(rest, row, strict=True)]
    return not any(rest)


def determined(rows: list[list[int]]) -> list[int]:
    """The people whose own value follows from the sums."""
    width = len(rows[0]) if rows else 0
    singles = [[int(index == column) for index in range(width)] for column in range(width)]
    return [column for column, single in enumerate(singles) if is_computable(rows, single)]
