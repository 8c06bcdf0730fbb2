import getpass
import os

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from people.models import User


class Command(BaseCommand):
    help = "Make the first HR account: asks on the terminal, or reads FIRST_HR_EMAIL, FIRST_HR_NAME, FIRST_HR_PASSWORD."

    def handle(self, *args, **options):
        email = self.ask("FIRST_HR_EMAIL", "Email address of the first HR account: ", validate_email)
        name = self.ask("FIRST_HR_NAME", "Name: ", lambda value: value)
        password = self.ask(
            "FIRST_HR_PASSWORD", "Password (12 characters or more): ", validate_password, getpass.getpass
        )
        user = User.objects.create_user(email, password, name=name, is_hr=True, is_it=True)
        self.stdout.write(f"{user.email} may sign in now.")

    def ask(self, variable, question, check, read=input) -> str:
        """The variable's value, or what is typed, until `check` accepts it."""
        while True:
            given = os.environ.get(variable)
            try:
                value = given if given is not None else read(question).strip()
                check(value)
                if value:
                    return value
            except ValidationError as error:
                refusal = " ".join(error.messages)
            except EOFError as error:
                raise CommandError(
                    "No terminal to ask on: set FIRST_HR_EMAIL, FIRST_HR_NAME, FIRST_HR_PASSWORD."
                ) from error
            else:
                refusal = "Please type something."
            if given is not None:
                raise CommandError(f"{variable} is not accepted. {refusal}")
            self.stderr.write(refusal)
