"""An account that is nobody's: the system's own."""
import kuancheng.access.models
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0003_daily_mail'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.AlterModelManagers(
            name='user',
            managers=[
                ('objects', kuancheng.access.models.AccountManager()),
            ],
        ),
        migrations.AddField(
            model_name='historicaluser',
            name='is_system',
            field=models.BooleanField(default=False, editable=False, verbose_name='系统账号'),
        ),
        migrations.AddField(
            model_name='user',
            name='is_system',
            field=models.BooleanField(default=False, editable=False, verbose_name='系统账号'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.UniqueConstraint(condition=models.Q(('is_system', True)), fields=('is_system',), name='user_one_system_account'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('is_system', False), ('is_active', False), _connector='OR'), name='user_system_account_never_logs_in'),
        ),
    ]
