"""Which week's desk a person was written of."""

from django.conf import settings
from django.db import models


class WeeklyDesk(models.Model):
    """A person's desk was read for the e-mail of one week, whether anything waited or not."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="weekly_desks"
    )
    monday = models.DateField()
    items = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "monday"], name="weekly_desk_once_a_week")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.monday}"
