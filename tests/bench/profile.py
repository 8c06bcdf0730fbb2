"""Where the time of one page goes: the three costliest functions of the house, and the slowest statement."""

import cProfile
import pstats
import time
from pathlib import Path

HOUSE = str(Path(__file__).resolve().parents[2])
ROOMS = ("people", "foundation", "competencies", "questionnaires", "goals", "feedback", "reviews", "config")
AROUND = ("middleware.py", "meter.py")  # these hold the whole page
REPEATS = 10


class Slowest:
    def __init__(self):
        self.seconds, self.sql = 0.0, ""

    def __call__(self, execute, sql, params, many, context):
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            if (took := time.perf_counter() - began) > self.seconds:
                self.seconds, self.sql = took, sql


def costliest(user, path: str) -> dict:
    """Functions with their cumulated ms per page, and the slowest statement with its ms."""
    from django.db import connection
    from django.test import Client

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user)
    client.get(path)
    slowest, profiler = Slowest(), cProfile.Profile()
    with connection.execute_wrapper(slowest):
        profiler.enable()
        for _ in range(REPEATS):
            client.get(path)
        profiler.disable()
    statement = f"{slowest.seconds * 1000:.1f} ms: {slowest.sql[:160]}"
    return {"functions": ours(pstats.Stats(profiler))[:3], "statement": statement}


def ours(stats) -> list[str]:
    """Functions of our rooms by cumulated time."""
    rows = []
    for (file, line, name), (_calls, _primitive, _own, cumulated, _callers) in stats.stats.items():
        place = file.removeprefix(HOUSE + "/")
        if place.split("/")[0] in ROOMS and not place.endswith(AROUND):
            rows.append((cumulated / REPEATS * 1000, f"{place}:{line} {name}"))
    return [f"{ms:.1f} ms {what}" for ms, what in sorted(rows, reverse=True)]
