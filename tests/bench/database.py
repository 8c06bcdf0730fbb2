"""A database of its own for each size of organisation, made and dropped here."""

import os
from contextlib import contextmanager

import psycopg2

SERVER = os.environ.get("BENCH_SERVER", "postgres://postgres@127.0.0.1:5432")
# Seeding writes millions of rows in one statement; the product's own limits are for pages.
# As the product's own, but for how long a statement may take: a seed writes millions of rows.
PATIENT = "-c statement_timeout=1200s -c lock_timeout=10s -c join_collapse_limit=4 -c jit=off -c random_page_cost=1.1 \
-c max_parallel_workers_per_gather=0"


def name_of(size: int) -> str:
    return f"plumbline_bench_{size}"


def url_of(size: int) -> str:
    return f"{SERVER}/{name_of(size)}"


@contextmanager
def as_owner():
    connection = psycopg2.connect(f"{SERVER}/postgres")
    connection.autocommit = True
    try:
        yield connection.cursor()
    finally:
        connection.close()


def make(size: int) -> None:
    drop(size)
    with as_owner() as cursor:
        cursor.execute(f"CREATE DATABASE {name_of(size)}")


def drop(size: int) -> None:
    with as_owner() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name_of(size)} WITH (FORCE)")


def exists(size: int) -> bool:
    with as_owner() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name_of(size)])
        return cursor.fetchone() is not None
