from django.core.management.base import BaseCommand

from people.models import User
from reviews.demo import Demo

CAST = (
    ("Hanna Riedel", "HR"),
    ("Marta Keller", "manager, and herself reviewed"),
    ("Priya Raman", "engineer, writing her self-assessment"),
    ("Arjun Kapoor", "data scientist who gives feedback"),
    ("Aida Kowalczyk", "auditor"),
    ("Ivo Brandt", "IT administrator"),
)


class Command(BaseCommand):
    help = "Fill an empty database with an invented organisation; says whom to sign in as."

    def add_arguments(self, parser):
        parser.add_argument("--introduce", action="store_true", help="only say whom to sign in as")

    def handle(self, *args, introduce, **options):
        if introduce:
            self.stdout.write("\n".join(introduction()))
            return
        if not User.objects.exists():
            Demo().build()
        self.stdout.write("\n".join(introduction()) or "There are people already; nothing was added.")


def introduction() -> list[str]:
    """Whom to sign in as, a line each; nothing where the demo does not live."""
    content = Demo().content
    people = [(f"{name.lower().replace(' ', '.')}@{content['mail_domain']}", part) for name, part in CAST]
    if not User.objects.filter(email=people[0][0]).exists():
        return []
    lines = [f"  {email:<34}{part}" for email, part in people]
    return [f"Demo people, all with the password {content['password']}:", *lines]
