"""Finding people by part of a name: on PostgreSQL by trigrams, wherever the extension may be made."""

import pytest
from django.db import connection

from people.models import User
from people.search import leads_to
from tests.factories import make_user

SIZE = 20_000


@pytest.fixture
def many(db):
    """So many people that reading all of them costs more than the indexes."""
    people = (User(email=f"p{number}@example.org", name=f"Person Nr{number:05}") for number in range(SIZE))
    User.objects.bulk_create(people, batch_size=2000)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for index in ("people_search_parts",):
                cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [index])
            cursor.execute("ANALYZE people_user")


def test_a_part_of_a_name_finds_its_people_and_on_postgresql_without_reading_all(many, on_postgres):
    found = User.objects.named_like("nr0042")
    assert sorted(found.values_list("name", flat=True)) == [f"Person Nr0042{last}" for last in range(10)]
    if on_postgres:
        plan = found.order_by().explain()
        assert "people_search_parts" in plan
        assert "Seq Scan" not in plan


def test_one_or_two_letters_find_where_a_name_begins(db):
    for name in ("Olu Adeyemi", "Anna-Olga Berg", "Sten Dolu", "Carl Berg"):
        User.objects.create_user(f"{name.split()[0].lower()}.x@example.org", name=name)
    User.objects.create_user("q.olsen@example.org", name="Quentin")
    found = User.objects.named_like("ol").order_by("name").values_list("name", flat=True)
    assert list(found) == ["Anna-Olga Berg", "Olu Adeyemi", "Quentin"]
    assert User.objects.named_like("olu").count() == 2  # three letters are looked for anywhere


def test_two_letters_are_found_without_reading_all_names(many, on_postgres):
    """In a hundred people of a rare name among twenty thousand."""
    rare = (User(email=f"z{number}@example.org", name=f"Zoe Xu{number}") for number in range(100))
    User.objects.bulk_create(rare)
    found = User.objects.named_like("xu")
    assert found.count() == 100
    if on_postgres:
        assert "Seq Scan" not in found.order_by().explain()


@pytest.mark.parametrize("few", [1, 2, 1000])
def test_a_list_finds_the_same_rows_however_many_have_the_name(db, few):
    """By their ids where they are few, by reading on where they are many."""
    lead = make_user("Ada Berg")
    for name in ("Ada Okafor", "Olu Okafor", "Ada Lind", "Carl Berg"):
        make_user(name, manager=lead)

    def found(*texts):
        way = (User.objects.all(), "name", ("", "manager"))
        found = leads_to(texts, way, few=few)
        listed, counted = (
            User.objects.filter(each).values_list("name", flat=True) for each in (found.listed, found.counted)
        )
        assert sorted(listed) == sorted(counted)
        return sorted(listed)

    assert found("okafor ada") == ["Ada Okafor"]  # both words, in whichever order
    assert found("okafor berg") == []  # but of one name
    assert found("Ada Berg") == ["Ada Berg", "Ada Lind", "Ada Okafor", "Carl Berg", "Olu Okafor"]  # and whom she leads
    assert found("Olu", "Lind") == ["Ada Lind", "Olu Okafor"]


def test_an_address_is_found_however_it_is_typed_and_along_its_index(many, on_postgres):
    found = User.objects.with_address(" P4711@Example.ORG ")
    assert [person.name for person in found] == ["Person Nr04711"]
    if on_postgres:
        assert "one_person_per_address" in found.explain()
