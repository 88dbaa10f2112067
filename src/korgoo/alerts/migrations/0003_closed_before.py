# What was closed before alerts came back, and stands to this day, comes back as well.

from datetime import timedelta
from typing import Any

from django.db import migrations
from django.db.models import F


def look_again(apps: Any, schema_editor: Any) -> None:
    """Give closed alerts with a finding that stands their time, the default of an office after the closing."""
    del schema_editor
    standing = apps.get_model('alerts', 'AlertFinding').objects.filter(finding__state='open')
    closed = apps.get_model('alerts', 'Alert').objects.filter(state='closed', level__lt=4)
    closed.filter(pk__in=standing.values('alert_id')).update(
        returns_at=F('closed_at') + timedelta(minutes=15)
    )


class Migration(migrations.Migration):

    dependencies = [
        ('alerts', '0002_returns'),
        ('monitoring', '0005_evidence_bundle'),
    ]

    operations = [migrations.RunPython(look_again, migrations.RunPython.noop)]
