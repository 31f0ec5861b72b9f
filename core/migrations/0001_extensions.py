from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations


class Migration(migrations.Migration):
    """Exclusion constraints compare plain columns beside ranges, which needs btree_gist."""

    initial = True
    dependencies = []
    operations = [BtreeGistExtension()]
