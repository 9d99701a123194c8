"""A rule may do without a cap."""

from decimal import Decimal

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0020_grant_league'),
    ]

    operations = [
        migrations.AlterField(
            model_name='historicalleaguerules',
            name='cap',
            field=models.DecimalField(blank=True, decimal_places=2, default=Decimal('120'), help_text='完成率高于它按它计分，显示仍为实际数；不封顶请留空。', max_digits=7, null=True, verbose_name='封顶（%）'),
        ),
        migrations.AlterField(
            model_name='leaguerules',
            name='cap',
            field=models.DecimalField(blank=True, decimal_places=2, default=Decimal('120'), help_text='完成率高于它按它计分，显示仍为实际数；不封顶请留空。', max_digits=7, null=True, verbose_name='封顶（%）'),
        ),
    ]
