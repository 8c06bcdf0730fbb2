from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CountersConfig(AppConfig):
    name = "foundation.counters"

    def ready(self):
        from foundation.counters.counters import forget_emptied

        post_migrate.connect(forget_emptied, sender=self)
