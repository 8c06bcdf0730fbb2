"""Finding rows by a part of a name: the condition, and the index that serves it where PostgreSQL allows it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Aggregate, CharField, Count, Q, QuerySet, TextField

from people.typed import searchable, typed_words

SHORT = 2  # letters
LONGEST = 320  # letters of a name and an address; nothing longer is looked for
BEFORE_A_NAME = (" ", "-", ".")  # Ada Okafor, Anna-Lena, ada.okafor@example.org
BATCH = 2000
FEW = 500  # rows that are faster named one by one than met in a list of some ten thousand


class SearchField(CharField):
    """What a search looks in: the columns of `of`, folded; written whenever the row is saved or made in bulk.

    `bulk_update` and `update` of those columns have to set it themselves, by `searchable`.
    """

    def __init__(self, of: tuple[str, ...] = ("name",), **options):
        self.of = of
        defaults: dict[str, Any] = {"max_length": 1000, "editable": False, "default": ""}
        super().__init__(**defaults | options)

    def deconstruct(self):
        name, path, args, options = super().deconstruct()
        return name, path, args, options | {"of": self.of}

    def pre_save(self, model_instance, add):
        text = searchable(*(getattr(model_instance, name) for name in self.of))[: self.max_length]
        setattr(model_instance, self.attname, text)
        return text


def has_part(word: str, *fields: str) -> Q:
    """Rows with `word` in one of `fields`: anywhere, but a word of one or two letters only where a name begins.

    Indexes of trigrams know three letters, or the two that begin a word; for others all names would be read.
    """
    if len(word) > LONGEST:  # no name has it, and SQLite refuses so long a pattern
        return Q(pk__in=[])
    beginnings = [("istartswith", word), *(("icontains", before + word) for before in BEFORE_A_NAME)]
    ways = beginnings if len(word) <= SHORT else [("icontains", word)]
    return reduce(or_, (Q(**{f"{field}__{way}": part}) for field in fields for way, part in ways))


@dataclass(frozen=True)
class Found:
    """One condition in two forms: `listed` for the first rows in the order of a name, `counted` for all of them."""

    listed: Q = field(default_factory=Q)
    counted: Q = field(default_factory=Q)


def leads_to(texts: Iterable[str], *ways: tuple[QuerySet, str, tuple[str, ...]], few: int = FEW) -> Found:
    """Rows of a list that are reached from a name with every word of one of `texts` in it; one query per way.

    All rows where no text has a word. The columns are `SearchField`s, or hold what `folded` leaves as it is.

    A way is (rows that have a name, where it stands in them, the paths from the list to these rows; "" where they are
    those of the list). Where few have it they are found first, along their index, and named by their ids. Where `few`
    or more have it, a list in the order of names meets enough of them soon, and a count looks each row up among them.
    """
    all_words = [words for text in texts if (words := typed_words(text))]
    if not all_words:
        return Found()

    def named(column: str) -> Q:
        return reduce(or_, (reduce(and_, (has_part(word, column) for word in words)) for words in all_words))

    def having(rows: QuerySet, column: str) -> QuerySet:
        """`rows` by the name in `column`; a name in another table is looked for there first."""
        path, _, rest = column.rpartition("__")
        if not path:
            return rows.filter(named(column))
        others = rows.model._meta.get_field(path).related_model.objects.filter(named(rest))
        return rows.filter(**{f"{path}__in": others.order_by().values("pk")})

    listed, counted = Q(), Q()
    for rows, column, paths in ways:
        some = having(rows, column)
        ids = ids_of_few(some, few)
        for path in paths:
            among = Q(**{f"{path or 'pk'}__in": some.order_by().values("pk") if ids is None else ids})
            listed |= named(f"{path}__{column}" if path else column) if ids is None else among
            counted |= among
    return Found(listed, counted)


def ids_of_few(rows: QuerySet, few: int) -> list[str] | None:
    """The ids of `rows`, or None where there are `few` or more: one query, and no object for each of many."""
    found = rows.order_by().values("pk")[:few].aggregate(n=Count("pk"), ids=Joined("pk"))
    if found["n"] >= few:
        return None
    return found["ids"].split(",") if found["ids"] else []


class Joined(Aggregate):
    """All values as one text, commas between them."""

    function = "STRING_AGG"
    template = "%(function)s(CAST(%(expressions)s AS text), ',')"
    output_field = TextField()

    def as_sqlite(self, compiler, connection, **extra):
        return self.as_sql(compiler, connection, function="GROUP_CONCAT", **extra)
