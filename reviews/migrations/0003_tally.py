from django.db import migrations

from activity.tallies import keep

# The deadline of the step a review is at; none where nothing is awaited any more.
DUE = """CASE status
    WHEN 'self_assessment' THEN self_assessment_due_on WHEN 'peer_review' THEN peer_review_due_on
    WHEN 'manager_evaluation' THEN evaluation_due_on WHEN 'calibration' THEN calibration_due_on
    WHEN 'delivery' THEN delivery_due_on WHEN 'delivered' THEN acknowledgement_due_on END"""


class Migration(migrations.Migration):
    """The database keeps how many reviews of a cycle stand where, and until when."""

    dependencies = [("reviews", "0002_review_counted"), ("activity", "0003_tally")]
    operations = [migrations.RunPython(*keep("reviews_review", "cycle_id", DUE))]
