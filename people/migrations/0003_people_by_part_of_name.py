"""People are found by a part of their name or address through trigrams, where PostgreSQL allows the extension.

Without it, and on SQLite, the search reads the names as before.
"""

from django.db import migrations

# `icontains` compares UPPER(column::text); the indexes hold the same expression.
FORWARD = """
DO $$
BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX people_name_parts ON people_user USING gin (UPPER(name::text) gin_trgm_ops);
    CREATE INDEX people_email_parts ON people_user USING gin (UPPER(email::text) gin_trgm_ops);
EXCEPTION WHEN insufficient_privilege OR feature_not_supported OR undefined_file OR undefined_object THEN
    RAISE NOTICE 'pg_trgm is not to be had; the search by part of a name reads all names';
END
$$
"""
BACKWARD = "DROP INDEX IF EXISTS people_name_parts, people_email_parts"


def on_postgresql(sql):
    def step(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql, params=None)

    return step


class Migration(migrations.Migration):
    dependencies = [("people", "0002_people_by_name")]
    operations = [migrations.RunPython(on_postgresql(FORWARD), on_postgresql(BACKWARD))]
