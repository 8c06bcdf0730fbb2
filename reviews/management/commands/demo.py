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

    def handle(self, *args, **options):
        demo = Demo()
        if not User.objects.exists():
            demo.build()
        domain, password = demo.content["mail_domain"], demo.content["password"]
        if not User.objects.filter(email=f"hanna.riedel@{domain}").exists():
            return
        self.stdout.write(f"Demo people, all with the password {password}:")
        for name, part in CAST:
            self.stdout.write(f"  {name.lower().replace(' ', '.')}@{domain}  {part}")
