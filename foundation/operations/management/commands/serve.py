from io import StringIO

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from foundation.operations.supervisor import PortTaken, claim_port, supervise


class Command(BaseCommand):
    help = "Prepare the database where needed, then run web, worker and clock until Ctrl-C."
    requires_system_checks = ()  # `make check` has them; here they would only delay the first page

    def add_arguments(self, parser):
        parser.add_argument("--bind", default="127.0.0.1:8000", help="host:port")
        parser.add_argument("--no-prepare", action="store_true", help="leave database and static files as they are")

    def handle(self, *args, bind, no_prepare, **options):
        host, _, port = bind.rpartition(":")
        if not port.isdecimal():
            raise CommandError(f"--bind: {bind!r} is not host:port")
        try:
            claim_port(host, int(port))
            if not no_prepare:
                self.prepare()
        except PortTaken as taken:
            raise CommandError(str(taken)) from taken
        except OperationalError as error:
            raise CommandError(f"The database does not answer: {str(error).splitlines()[0]}") from error
        except KeyboardInterrupt as stop:
            raise CommandError("Stopped before it began.") from stop
        connection.close()
        supervise(host, int(port), self.welcome)
        self.stdout.write("Plumbline has ended.")

    def prepare(self) -> None:
        """Tables, cache, static files, starter content; into an empty database also the demo or the first account."""
        if is_behind():
            self.stdout.write("Preparing the database …")
            call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        if not settings.DEBUG:
            call_command("collectstatic", interactive=False, verbosity=0)
        call_command("load_starter_pack", verbosity=0)
        people = get_user_model().objects
        if settings.DEMO and not people.exists():
            self.stdout.write("Making the demo organisation, once; this takes a few seconds …")
            call_command("demo", stdout=StringIO())
        elif not people.who_may("edit_people").exists():
            call_command("first_hr", stdout=self.stdout, stderr=self.stderr)

    def welcome(self) -> None:
        introduction = StringIO()
        call_command("demo", introduce=True, stdout=introduction)
        lines = [line for line in introduction.getvalue().splitlines() if line]
        lines.append(f"Plumbline is ready: {settings.BASE_URL}   (Ctrl-C ends it)")
        if settings.DEBUG:
            lines.insert(-1, f"Mails are shown at {settings.BASE_URL}/mailbox/")
        self.stdout.write("\n".join(lines))
        self.stdout.flush()


def is_behind() -> bool:
    """Whether a migration waits; asking costs a tenth of what `migrate` costs with nothing to do."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
