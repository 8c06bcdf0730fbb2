"""Reading the database as somebody does who is not bound by the product: every table, every column, or a backup."""

import os
import subprocess

from django.db import connection


def query(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [dict(zip((column[0] for column in cursor.description), row, strict=True)) for row in cursor]


def whole_database() -> dict[str, list[dict]]:
    """All rows of all tables, those of sessions and of the cache included, and not only those with a model."""
    return {table: query(f'SELECT * FROM "{table}"') for table in connection.introspection.table_names()}


def dump() -> str:
    """The database as a backup holds it."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        return "\n".join(connection.connection.iterdump())
    place = connection.settings_dict
    login = {"PGPASSWORD": place["PASSWORD"], "PGUSER": place["USER"], "PGHOST": place["HOST"]}
    command = ["pg_dump", "--port", str(place["PORT"] or 5432), place["NAME"]]
    done = subprocess.run(command, env=os.environ | login, check=True, capture_output=True, text=True)
    return done.stdout
