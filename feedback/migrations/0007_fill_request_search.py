from django.db import migrations

from people.search import fill_search


class Migration(migrations.Migration):
    """The search column of the requests that are there already."""

    dependencies = [("feedback", "0006_request_search")]
    operations = [migrations.RunPython(fill_search("feedback", "Request"), migrations.RunPython.noop)]
