"""Expected heartbeats of the bracelet. SQLite makes the table anew for a column, which loses its triggers."""

from django.db import migrations, models

from korgoo.orders.immutability import (
    guard_signed_distances,
    guard_signed_versions,
    unguard_signed_distances,
    unguard_signed_versions,
)


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0002_distances'),
    ]

    operations = [
        migrations.RunPython(unguard_signed_distances, guard_signed_distances),
        migrations.RunPython(unguard_signed_versions, guard_signed_versions),
        migrations.AddField(
            model_name='orderversion',
            name='tether_s',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.RunPython(guard_signed_versions, unguard_signed_versions),
        migrations.RunPython(guard_signed_distances, unguard_signed_distances),
    ]
