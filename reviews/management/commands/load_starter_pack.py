from django.core.management.base import BaseCommand

from competencies.services import load_starter_catalogue, offer_shipped_content
from foundation.outbox.services import load_mail_texts
from goals.services import load_starter_goals


class Command(BaseCommand):
    help = "Load the shipped content: the catalogue with questionnaires and review template, goal templates, mails."

    def handle(self, *args, **options):
        load_starter_catalogue()
        offer_shipped_content()
        load_starter_goals()
        load_mail_texts()
        if options["verbosity"]:
            self.stdout.write("The starter content is loaded.")
