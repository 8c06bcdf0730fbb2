"""The product's Celery with every entry of its timetable each ten seconds: `celery -A tests.bench.hurry beat`.

For trying what happens when two clocks and several workers share one database; see docs/scaling.md.
"""

from config.celery import app

for entry in app.conf.beat_schedule.values():
    entry["schedule"] = 10.0
