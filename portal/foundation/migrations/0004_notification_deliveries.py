import django.core.validators
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('foundation', '0003_draft'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DigestTime',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hour', models.PositiveSmallIntegerField(default=8, validators=[django.core.validators.MaxValueValidator(23)])),
                ('weekday', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(6)])),
            ],
        ),
        migrations.CreateModel(
            name='Endpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('webhook', 'Webhook'), ('wecom', 'WeCom'), ('dingtalk', 'DingTalk')], max_length=10)),
                ('name', models.CharField(blank=True, max_length=60)),
                ('url', models.CharField(max_length=500)),
                ('secret', models.CharField(blank=True, max_length=200)),
                ('secret_shown', models.BooleanField(default=False)),
                ('old_secret', models.CharField(blank=True, max_length=200)),
                ('old_secret_until', models.DateTimeField(null=True)),
                ('active', models.BooleanField(default=False)),
                ('off_because', models.CharField(blank=True, choices=[('person', 'switched off by you'), ('gone', 'the address says that it is gone (410)'), ('failing', 'too many messages could not be delivered')], max_length=10)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('dead_in_a_row', models.PositiveIntegerField(default=0)),
                ('paused_until', models.DateTimeField(null=True)),
                ('created', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='NotificationChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=60)),
                ('channel', models.CharField(choices=[('site', 'In the portal'), ('email', 'By e-mail'), ('webhook', 'Webhook'), ('wecom', 'WeCom'), ('dingtalk', 'DingTalk')], max_length=10)),
                ('mode', models.CharField(choices=[('off', 'not at all'), ('instant', 'at once'), ('daily', 'once a day'), ('weekly', 'once a week')], max_length=10)),
            ],
        ),
        migrations.CreateModel(
            name='NotificationDelivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('site', 'In the portal'), ('email', 'By e-mail'), ('webhook', 'Webhook'), ('wecom', 'WeCom'), ('dingtalk', 'DingTalk')], max_length=10)),
                ('mode', models.CharField(choices=[('off', 'not at all'), ('instant', 'at once'), ('daily', 'once a day'), ('weekly', 'once a week')], default='instant', max_length=10)),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('state', models.CharField(choices=[('pending', 'waits'), ('sent', 'sent'), ('dead', 'given up'), ('dropped', 'not wanted any more')], default='pending', max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('not_before', models.DateTimeField(null=True)),
                ('tried_at', models.DateTimeField(null=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('last_error', models.CharField(blank=True, max_length=40)),
                ('created', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.RemoveIndex(
            model_name='notification',
            name='notification_unread',
        ),
        migrations.AddField(
            model_name='notification',
            name='bell',
            field=models.BooleanField(default=True),
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(condition=models.Q(('bell', True), ('read_at__isnull', True)), fields=['recipient'], name='notification_unread'),
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(fields=['created'], name='notification_by_age'),
        ),
        migrations.AddField(
            model_name='digesttime',
            name='user',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='digest_time', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='endpoint',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notification_endpoints', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='notificationchoice',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notification_choices', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='notificationdelivery',
            name='endpoint',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='deliveries', to='foundation.endpoint'),
        ),
        migrations.AddField(
            model_name='notificationdelivery',
            name='lead',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='followers', to='foundation.notificationdelivery'),
        ),
        migrations.AddField(
            model_name='notificationdelivery',
            name='notification',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='foundation.notification'),
        ),
        migrations.AddConstraint(
            model_name='digesttime',
            constraint=models.CheckConstraint(condition=models.Q(('hour__lte', 23), ('weekday__lte', 6)), name='digest_time_exists'),
        ),
        migrations.AddConstraint(
            model_name='endpoint',
            constraint=models.UniqueConstraint(fields=('user', 'url'), name='one_endpoint_per_url'),
        ),
        migrations.AddConstraint(
            model_name='endpoint',
            constraint=models.CheckConstraint(condition=models.Q(('active', False), ('confirmed_at__isnull', False), _connector='OR'), name='endpoint_confirmed_first'),
        ),
        migrations.AddConstraint(
            model_name='notificationchoice',
            constraint=models.UniqueConstraint(fields=('user', 'kind', 'channel'), name='one_choice_per_kind'),
        ),
        migrations.AddConstraint(
            model_name='notificationchoice',
            constraint=models.CheckConstraint(condition=models.Q(('channel', 'email'), ('mode__in', ['off', 'instant']), _connector='OR'), name='digests_by_email_only'),
        ),
        migrations.AddIndex(
            model_name='notificationdelivery',
            index=models.Index(condition=models.Q(('lead__isnull', True), ('state', 'pending')), fields=['channel', 'id'], name='delivery_pending'),
        ),
        migrations.AddIndex(
            model_name='notificationdelivery',
            index=models.Index(fields=['endpoint', 'tried_at'], name='delivery_by_endpoint'),
        ),
        migrations.AddIndex(
            model_name='notificationdelivery',
            index=models.Index(fields=['state', 'channel'], name='delivery_by_state'),
        ),
        migrations.AddConstraint(
            model_name='notificationdelivery',
            constraint=models.UniqueConstraint(fields=('notification', 'endpoint'), name='one_delivery_per_endpoint'),
        ),
        migrations.AddConstraint(
            model_name='notificationdelivery',
            constraint=models.UniqueConstraint(condition=models.Q(('channel', 'email')), fields=('notification',), name='one_email_per_notification'),
        ),
        migrations.AddConstraint(
            model_name='notificationdelivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state', 'sent')), models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', True)), _connector='OR'), name='delivery_sent_when'),
        ),
    ]
