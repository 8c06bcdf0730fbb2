from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from foundation.audit.anchors import first_broken
from foundation.audit.models import ChainHead
from foundation.audit.verification import first_fault


class Command(BaseCommand):
    help = "Check the whole event log against its chain and anchors; names the first bad row and ends with status 1."

    def add_arguments(self, parser):
        parser.add_argument("--anchors", type=Path, help="a copy of the anchor file that was kept elsewhere")

    def handle(self, *args, anchors, **options):
        if anchors and not anchors.exists():
            raise CommandError(f"There is no file {anchors}.")
        fault = first_fault(anchors)
        if fault:
            raise CommandError(f"The event log was altered: {fault}.")
        head = ChainHead.objects.filter(pk=1).first()
        seal = f", sealed by {head.mac}" if head else ""
        self.stdout.write(f"The event log is intact: {head.number if head else 0} events{seal}")
        count = first_broken(anchors or settings.AUDIT_ANCHORS)[0]
        self.stdout.write(f"It holds all {count} anchors." if count else "No anchor was kept yet.")
