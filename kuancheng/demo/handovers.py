"""The portfolio's handovers: duties that passed from one invented official to another."""

from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from kuancheng import clock
from kuancheng.access.models import User
from projects.models import Official
from projects.services.handovers.doing import hand_over
from projects.services.handovers.duties import duties_of

HOUR = time(15)


def load(entries: list[dict[str, Any]], office: User) -> None:
    """Each on the day on which it was done: all that its giver held of the projects it names."""
    for entry in entries:
        giver = Official.objects.select_related("user").get(name=entry["from"])
        receiver = Official.objects.select_related("user").get(name=entry["to"])
        done = datetime.combine(date.fromisoformat(entry["on"]), HOUR)
        with clock.at(timezone.make_aware(done)):
            held = duties_of(giver)
            named = [
                each for each in held if each.project and each.project.code in entry["projects"]
            ]
            if not named:
                continue
            hand_over(
                giver=giver,
                receiver=receiver,
                day=date.fromisoformat(entry["day"]),
                reason=entry["reason"],
                picks={each.key: each.seen for each in named},
                actor=office,
                is_demo=True,
            )
