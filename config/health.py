"""Is this process alive, and can it do its work? No version, no detail a stranger could use."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse
from django.utils import timezone

from activity.models import Heartbeat

STALE = timedelta(minutes=5)


@login_not_required
def process(request):
    return JsonResponse({"status": "ok"})


@login_not_required
def ready(request):
    """200 when the database answers, migrations are applied and the clock has ticked within 5 minutes; else 503."""
    checks = {"database": False, "migrations": False, "clock": False}
    try:
        executor = MigrationExecutor(connection)
        checks["database"] = True
        checks["migrations"] = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        checks["clock"] = Heartbeat.objects.filter(at__gte=timezone.now() - STALE).exists()
    except DatabaseError:
        pass
    return JsonResponse(checks, status=200 if all(checks.values()) else 503)
