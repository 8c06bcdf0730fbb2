from django.core.management.base import BaseCommand

from competencies.services import load_starter_catalogue
from foundation.outbox.services import load_mail_texts
from goals.services import load_starter_goals
from reviews.cycles.services import load_starter_template


class Command(BaseCommand):
    help = (
        "Load the shipped content: grades, codes, scales, questionnaires, goal templates, mails, the review template."
    )

    def handle(self, *args, **options):
        load_starter_catalogue()
        load_starter_goals()
        load_mail_texts()
        load_starter_template()
        if options["verbosity"]:
            self.stdout.write("The starter content is loaded.")
