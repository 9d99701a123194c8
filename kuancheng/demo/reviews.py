"""The portfolio's weekly reviews: two that were held, with what they decided, and one that is prepared."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, time
from functools import partial
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone

from kuancheng import clock
from kuancheng.demo.matters import Staff, take_entry
from kuancheng.reports.weekly.gathering import gather
from projects.choices import ItemOutcome, Presence
from projects.models import Agency, Decision, Official, Project, ReviewCadence, WeeklyReview
from projects.rules.reviews import Drawn, Subject
from projects.services.reviews.agenda import draw_agenda, mark_item
from projects.services.reviews.attending import mark_attendance
from projects.services.reviews.cadence import save_cadence
from projects.services.reviews.deciding import Said, decide
from projects.services.reviews.minuting import finalise_review
from projects.services.reviews.preparing import (
    Setting,
    begin_review,
    cadence_on,
    end_review,
    new_review,
    send_agenda,
)

PREPARED, HELD, OVER, CHECKED, LATER = time(8), time(9), time(11), time(16), time(10)
"""When a review is prepared, begins, ends and is made final, and when steps are taken."""


class Reviews:
    """The reviews of a file; what they bring is done day by day, among what happens to matters."""

    def __init__(self, entries: dict[str, Any], staff: Staff) -> None:
        self.entries, self.staff = entries, staff
        self.made: dict[str, Decision] = {}

    @property
    def events(self) -> dict[date, list[Callable[[], None]]]:
        """What happens on which day: the cadence, the meetings, and steps on what they decided."""
        found: dict[date, list[Callable[[], None]]] = defaultdict(list)
        found[_day(self.entries["cadence"]["from"])].append(self._settle_cadence)
        for review in self.entries["reviews"]:
            found[_day(review["on"])].append(partial(self._hold, review))
            for item in review["items"]:
                for decision in item.get("decisions", ()):
                    for step in decision["steps"]:
                        taken = partial(self._take, decision["text"], step)
                        found[_day(step["on"])].append(taken)
        return found

    def prepare_next(self) -> None:
        """The next one, whose agenda is drawn from the facts of the day before."""
        entry = self.entries["next"]
        with clock.at(_moment(_day(entry["prepared"]), PREPARED)):
            review = self._begun(_day(entry["on"]))
            drawn = gather(review).drawn
            office = self.staff.office
            drawn_up = draw_agenda(review=review, drawn=drawn, seen=review.version, actor=office)
            if drawn:
                send_agenda(review=drawn_up, seen=drawn_up.version, actor=office)

    def _settle_cadence(self) -> None:
        entry = self.entries["cadence"]
        day = _day(entry["from"])
        with clock.at(_moment(day, HELD)):
            cadence = ReviewCadence(
                effective_from=day,
                weekday=entry["weekday"],
                start=time.fromisoformat(entry["start"]),
                place=entry["place"],
                chair=Official.objects.get(name=entry["chair"]),
                note=entry["note"],
            )
            save_cadence(cadence=cadence, today=day, actor=self.staff.office)

    def _begun(self, day: date) -> WeeklyReview:
        cadence = cadence_on(day)
        setting = Setting(day, cadence.start, cadence.place, cadence.chair)
        return new_review(setting=setting, actor=self.staff.office, is_demo=True)

    def _hold(self, entry: dict[str, Any]) -> None:
        day, office = _day(entry["on"]), self.staff.office
        with clock.at(_moment(day, PREPARED)):
            review = self._begun(day)
            drawn = [_drawn(each) for each in entry["items"]]
            review = draw_agenda(review=review, drawn=drawn, seen=review.version, actor=office)
            review = send_agenda(review=review, seen=review.version, actor=office)
        with clock.at(_moment(day, HELD)):
            review = begin_review(review=review, seen=review.version, actor=office)
            self._excuse(review, entry["excused"])
            for each in entry["items"]:
                self._discuss(review, each)
        with clock.at(_moment(day, OVER)):
            review = end_review(review=review, seen=review.version, actor=office)
        with clock.at(_moment(day, CHECKED)):
            finalise_review(review=review, seen=review.version, actor=self.staff.verifier)

    def _excuse(self, review: WeeklyReview, excused: dict[str, list[str]]) -> None:
        for name, (reason, substitute) in excused.items():
            mark_attendance(
                attendance=review.attendances.get(official__name=name),
                presence=Presence.EXCUSED,
                reason=reason,
                substitute=substitute,
                seen=1,
                actor=self.staff.office,
            )

    def _discuss(self, review: WeeklyReview, entry: dict[str, Any]) -> None:
        item = review.items.get(project__code=entry["project"])
        for number, each in enumerate(entry.get("decisions", ()), 1):
            self.made[each["text"]] = decide(
                item=item,
                said=Said(
                    text=each["text"],
                    agency=Agency.objects.get(name=each["agency"]),
                    due=_day(each["due"]),
                    factor=each["factor"],
                ),
                token=uuid5(NAMESPACE_URL, f"{review.number}:{entry['project']}:{number}"),
                actor=self.staff.office,
            )
        item.refresh_from_db()
        mark_item(
            item=item,
            outcome=entry.get("outcome", ItemOutcome.DISCUSSED),
            note=entry.get("note", ""),
            seen=item.version,
            actor=self.staff.office,
        )

    def _take(self, text: str, step: dict[str, Any]) -> None:
        with clock.at(_moment(_day(step["on"]), LATER)):
            take_entry(self.made[text].matter, step, {}, self.staff)


def _drawn(entry: dict[str, Any]) -> Drawn:
    project = Project.objects.get(code=entry["project"])
    reasons = tuple((kind, text) for kind, text in entry["reasons"])
    return Drawn(Subject(project.pk, None, project.code), entry["light"], reasons)


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _moment(day: date, hour: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, hour))
