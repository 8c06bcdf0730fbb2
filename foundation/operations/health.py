"""Health checks: is this process alive, and can it do its work? They give no version and no other detail.

Both are answered before everything else, so that a probe on the inner port needs neither https nor the public name.
"""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse
from django.utils import timezone

from foundation.outbox.broker import broker_answers
from foundation.outbox.models import Heartbeat

STALE = timedelta(minutes=5)


def probes(get_response):
    """The two addresses, whatever scheme and host they are asked by."""
    pages = {"/healthz": process, "/readyz": ready}

    def answer(request):
        page = pages.get(request.path)
        if page is None:
            return get_response(request)
        response = page(request)
        response["Cache-Control"] = "no-store"
        response["X-Content-Type-Options"] = "nosniff"
        return response

    return answer


@login_not_required
def process(request):
    return JsonResponse({"status": "ok"})


@login_not_required
def ready(request):
    """200 when database and broker answer, migrations are applied and the clock ticked within 5 minutes; else 503.

    With 503 for the broker or the clock alone, pages are still served and mails wait.
    """
    checks = {"database": False, "migrations": False, "broker": broker_answers(), "clock": False}
    try:
        executor = MigrationExecutor(connection)
        checks["database"] = True
        checks["migrations"] = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        checks["clock"] = Heartbeat.objects.filter(at__gte=timezone.now() - STALE).exists()
    except DatabaseError:
        pass
    return JsonResponse(checks, status=200 if all(checks.values()) else 503)
