"""SQL of migrations that differs between PostgreSQL and SQLite."""

from collections.abc import Sequence

from django.db.migrations import RunPython


def run_sql(*, postgresql: Sequence[str], sqlite: Sequence[str] = ()) -> RunPython:
    """An operation that executes the statements of the database in use, in order.

    Going back does nothing: triggers go with their tables, and functions are created with OR REPLACE.
    """

    def execute(_apps, schema_editor):
        for statement in postgresql if schema_editor.connection.vendor == "postgresql" else sqlite:
            schema_editor.execute(statement, params=None)

    return RunPython(execute, RunPython.noop)
