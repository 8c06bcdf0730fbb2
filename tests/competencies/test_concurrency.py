"""Two people at once: what is written while a version is published is in it, or refused; nothing gets in afterwards."""

from threading import Event, Thread

import pytest
from django.db import IntegrityError, connection, connections, transaction

from competencies.models import Catalogue, Indicator
from competencies.services import new_version
from foundation.workflow.moves import perform

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def draft(cast, catalogue):
    return new_version(by=cast.hr, note="Second edition")


def test_a_sentence_written_by_sql_is_waited_for_before_its_version_is_published(cast, draft, on_postgres):
    """On SQLite there is one writer at a time, which is the same."""
    row, is_written, may_end, found = Indicator.objects.filter(code__catalogue=draft).first(), Event(), Event(), []

    def write():
        try:
            with transaction.atomic():
                Indicator.objects.filter(pk=row.pk).update(text="Written meanwhile.")
                is_written.set()
                may_end.wait(9)
        finally:
            connections["default"].close()

    def publish():
        try:
            if on_postgres:
                with connection.cursor() as cursor:
                    cursor.execute("SET lock_timeout = '200ms'")
            perform(draft, "publish", by=cast.hr)
        except Exception as error:
            found.append(error)
        finally:
            connections["default"].close()

    writer = Thread(target=write)
    writer.start()
    assert is_written.wait(9)
    if on_postgres:
        first = Thread(target=publish)
        first.start()
        first.join(9)
        assert "lock timeout" in str(found.pop())
    may_end.set()
    writer.join(9)
    perform(draft, "publish", by=cast.hr)
    assert Catalogue.objects.current() == draft
    row.refresh_from_db()
    assert row.text == "Written meanwhile."
    with pytest.raises(IntegrityError, match="never changes"):
        Indicator.objects.filter(pk=row.pk).update(text="Too late.")
