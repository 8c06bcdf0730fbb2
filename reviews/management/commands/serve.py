import os

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from activity.supervisor import PortTaken, claim_port, supervise
from people.models import User


class Command(BaseCommand):
    help = "Prepare the database where needed, then run web, worker and clock until Ctrl-C."

    def add_arguments(self, parser):
        parser.add_argument("--bind", default="127.0.0.1:8000", help="host:port")
        parser.add_argument("--no-prepare", action="store_true", help="leave database and static files as they are")

    def handle(self, *args, bind, no_prepare, **options):
        host, _, port = bind.rpartition(":")
        if not port.isdecimal():
            raise CommandError(f"--bind: {bind!r} is not host:port")
        try:
            claim_port(host, int(port))
        except PortTaken as taken:
            raise CommandError(str(taken)) from taken
        if not no_prepare:
            self.prepare()
        supervise(host, int(port), lambda: self.stdout.write(f"Plumbline is ready: {settings.BASE_URL}\n", ending=""))

    def prepare(self) -> None:
        """Tables, cache, static files, starter content; into an empty database also the demo or the first account."""
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        if not settings.DEBUG:
            call_command("collectstatic", interactive=False, verbosity=0)
        call_command("load_starter_pack")
        if os.environ.get("DEMO", "1") != "0":
            call_command("demo", stdout=self.stdout)
        elif not User.objects.filter(is_hr=True).exists():
            call_command("first_hr")
