from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outbox", "0003_turns_and_outages"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="outboxmessage",
            name="outbox_message_urgent",
        ),
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(
                models.F("batch"),
                models.F("next_attempt_at"),
                models.F("id"),
                condition=models.Q(("is_urgent", True), ("state", "waiting")),
                name="outbox_message_urgent",
            ),
        ),
    ]
