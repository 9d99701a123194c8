"""The kinds of record that can be found: who may, by which key, in which order, and where each leads."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Concat
from django.urls import reverse
from django.utils.safestring import SafeString

from kuancheng.access.models import Visitor
from kuancheng.reports.models import Bulletin
from kuancheng.reports.search.words import Words, marked, names
from projects.choices import Role
from projects.models import (
    Agency,
    Assignment,
    CloseOut,
    Decision,
    Listing,
    Milestone,
    Official,
    PermitExtension,
    Programme,
    Project,
    Stop,
    WeeklyReview,
)

EXACT, BEGINS, OTHER = range(3)
"""Named in full, beginning with what was typed, or containing it: in this order."""


@dataclass(frozen=True)
class Hit:
    """A record that was found. `address` is empty where its finder has no page of it to open."""

    title: SafeString
    notes: tuple[SafeString, ...]
    address: str


class Kind:
    """One kind; `label` and `unit` are how people count it, `around` the key of what it hangs on."""

    code: ClassVar[str]
    label: ClassVar[str]
    unit: ClassVar[str] = "个"
    permission: ClassVar[str]
    own: ClassVar[str] = "search_key"
    around: ClassVar[str] = ""
    titles: ClassVar[tuple[str, ...]] = ("name",)
    order: ClassVar[tuple[Any, ...]]

    def records(self, user: Visitor) -> QuerySet[Any]:
        """All that the account may see, with what a hit tells of them."""
        raise NotImplementedError

    def found(self, user: Visitor, words: Words) -> QuerySet[Any]:
        """Those in which every word occurs, the nearest first; none without the right to view."""
        records = self.records(user)
        if not user.has_perm(self.permission):
            return records.none()
        hits = records.filter(words.within(self.own, self.around))
        return hits.order_by(self._nearness(words), *self.order, "pk")

    def hit(self, record: Any, user: Visitor, words: Words) -> Hit:
        """The record as a line of the answer."""
        notes = tuple(marked(note, words) for note in self.notes(record, words) if note)
        return Hit(marked(str(record), words), notes, self.address(record, user))

    def notes(self, record: Any, words: Words) -> Iterator[str]:
        """What is said beside its name."""
        raise NotImplementedError

    def address(self, record: Any, user: Visitor) -> str:
        """Where it leads."""
        raise NotImplementedError

    def _nearness(self, words: Words) -> Case:
        # The key's own words are parted by blanks: a name, then its pinyin, then its initials.
        exact, begins = Q(), Q(**{f"{self.own}__icontains": f" {words.each[0]}"})
        for title in self.titles:
            exact |= Q(**{f"{title}__iexact": words.text})
            begins |= Q(**{f"{title}__istartswith": words.each[0]})
        return Case(
            When(exact, then=Value(EXACT)),
            When(begins, then=Value(BEGINS)),
            default=Value(OTHER),
            output_field=IntegerField(),
        )


class Projects(Kind):
    code, label, permission = "project", "项目", "projects.view_project"
    titles = ("name", "code", "national_code")
    order = ("code",)

    def records(self, user: Visitor) -> QuerySet[Project]:
        return Project.objects.visible_to(user).select_related("lead_agency")

    def notes(self, record: Project, words: Words) -> Iterator[str]:
        yield record.code
        yield from (f"又名 {alias}" for alias in record.aliases if names(alias, words))
        if record.national_code and names(record.national_code, words):
            yield record.national_code
        yield record.get_stage_display()
        yield record.lead_agency.name if record.lead_agency else ""

    def address(self, record: Project, user: Visitor) -> str:
        return record.get_absolute_url()


class People(Kind):
    code, label, unit, permission = "official", "人员", "人", "projects.view_official"
    around, order = "agency__search_key", ("order", "name")

    def records(self, user: Visitor) -> QuerySet[Official]:
        return Official.objects.select_related("agency").annotate(
            leads=_holds(Role.LEAD_OFFICIAL), files=_holds(Role.LIAISON_OFFICER)
        )

    def notes(self, record: Any, words: Words) -> Iterator[str]:
        yield record.post
        yield record.agency.name if record.agency else ""
        yield Role.LEAD_OFFICIAL.label if record.leads else ""
        yield Role.LIAISON_OFFICER.label if record.files else ""

    def address(self, record: Any, user: Visitor) -> str:
        return _page("official", record, user)


class Agencies(Kind):
    code, label, permission = "agency", "单位", "projects.view_agency"
    order = ("order", "name")

    def records(self, user: Visitor) -> QuerySet[Agency]:
        return Agency.objects.all()

    def notes(self, record: Any, words: Words) -> Iterator[str]:
        yield record.get_kind_display()

    def address(self, record: Any, user: Visitor) -> str:
        return _page("agency", record, user)


class Steps(Kind):
    code, label, permission = "milestone", "节点", "projects.view_milestone"
    around, titles = "project__search_key", ("name", "document_number")
    order = (F("actual_finish").asc(nulls_first=True), "project__code", "order")

    def records(self, user: Visitor) -> QuerySet[Milestone]:
        visible = Project.objects.visible_to(user)
        return Milestone.objects.filter(project__in=visible).select_related("project")

    def notes(self, record: Milestone, words: Words) -> Iterator[str]:
        yield record.project.name
        yield record.document_number
        if record.actual_finish:
            yield f"{record.actual_finish:%Y-%m-%d} 完成"
        elif record.planned_finish:
            yield f"计划 {record.planned_finish:%Y-%m-%d} 完成"

    def address(self, record: Milestone, user: Visitor) -> str:
        return record.project.get_absolute_url()


class Lists(Kind):
    code, label, unit, permission = "programme", "清单/专项", "份", "projects.view_programme"
    titles, order = ("name", "code"), ("-year", "code")

    def records(self, user: Visitor) -> QuerySet[Programme]:
        return Programme.objects.all()

    def notes(self, record: Programme, words: Words) -> Iterator[str]:
        yield record.code
        yield f"{record.year} 年"

    def address(self, record: Programme, user: Visitor) -> str:
        may = user.has_perm("projects.view_project")
        return reverse("programme", args=[record.code]) if may else ""


class Stops(Kind):
    code, label, unit, permission = "stop", "停工", "次", "projects.view_stop"
    around, titles = "project__search_key", ("report_document", "resume_document")
    order = (F("resumed_on").asc(nulls_first=True), "-stopped_on")

    def records(self, user: Visitor) -> QuerySet[Stop]:
        return Stop.objects.visible_to(user).select_related("project")

    def notes(self, record: Stop, words: Words) -> Iterator[str]:
        yield record.get_reason_display()
        yield record.note
        for each in (record.report_document, record.recheck_document, record.resume_document):
            yield each if names(each, words) else ""
        yield f"{record.resumed_on:%Y-%m-%d} 复工" if record.resumed_on else "停工中"

    def address(self, record: Stop, user: Visitor) -> str:
        return f"{record.project.get_absolute_url()}#stops"


class Lessons(Kind):
    code, label, unit, permission = "closeout", "收官总结", "份", "projects.view_closeout"
    around, titles = "project__search_key", ("project__name", "project__code")
    order = (F("confirmed_on").desc(nulls_last=True), "project__code")

    def records(self, user: Visitor) -> QuerySet[CloseOut]:
        return CloseOut.objects.visible_to(user).confirmed().select_related("project")

    def notes(self, record: CloseOut, words: Words) -> Iterator[str]:
        for each in (record.practices, record.troubles, record.advice):
            yield each[:60] if names(each, words) else ""

    def address(self, record: CloseOut, user: Visitor) -> str:
        return record.get_absolute_url()


class Extensions(Kind):
    code, label, unit, permission = "extension", "手续延期", "次", "projects.view_permitextension"
    titles, order = ("document",), ("-granted_on",)

    def records(self, user: Visitor) -> QuerySet[PermitExtension]:
        visible = Project.objects.visible_to(user)
        found = PermitExtension.objects.filter(project__in=visible)
        return found.select_related("project", "milestone")

    def notes(self, record: PermitExtension, words: Words) -> Iterator[str]:
        yield record.project.name
        yield record.document
        yield record.note if names(record.note, words) else ""

    def address(self, record: PermitExtension, user: Visitor) -> str:
        return f"{record.project.get_absolute_url()}#permits"


class Stays(Kind):
    code, label, unit, permission = "listing", "增补调出", "次", "projects.view_listing"
    titles, order = ("document", "leave_document"), ("-since",)

    def records(self, user: Visitor) -> QuerySet[Listing]:
        visible = Project.objects.visible_to(user)
        found = Listing.objects.filter(project__in=visible)
        return found.select_related("project", "programme")

    def notes(self, record: Listing, words: Words) -> Iterator[str]:
        yield f"{record.since:%Y-%m-%d} 列入"
        yield f"{record.until:%Y-%m-%d} 调出" if record.until else ""
        for each in (record.document, record.note, record.leave_document, record.leave_note):
            yield each if names(each, words) else ""

    def address(self, record: Listing, user: Visitor) -> str:
        may = user.has_perm("projects.view_project")
        return reverse("programme", args=[record.programme.code]) if may else ""


class Reviews(Kind):
    code, label, unit, permission = "review", "周调度", "次", "projects.view_weeklyreview"
    titles, order = ("title",), ("-day", "-year", "-serial")

    def records(self, user: Visitor) -> QuerySet[WeeklyReview]:
        return WeeklyReview.objects.visible_to(user).select_related("chair").defer("minutes")

    def notes(self, record: WeeklyReview, words: Words) -> Iterator[str]:
        yield f"{record.day:%Y-%m-%d}"
        yield record.get_state_display()
        yield record.place

    def address(self, record: WeeklyReview, user: Visitor) -> str:
        return record.get_absolute_url()


class Decisions(Kind):
    code, label, unit, permission = "decision", "议定事项", "条", "projects.view_decision"
    around, titles = "item__project__search_key", ("text",)
    order = ("-review__day", "number")

    def records(self, user: Visitor) -> QuerySet[Decision]:
        related = ("review", "agency", "item__project")
        return Decision.objects.standing().select_related(*related)

    def notes(self, record: Decision, words: Words) -> Iterator[str]:
        yield record.text[:60]
        yield record.agency.name
        yield f"时限 {record.due:%Y-%m-%d}"

    def address(self, record: Decision, user: Visitor) -> str:
        return f"{record.review.get_absolute_url()}#item-{record.item_id}"


class Bulletins(Kind):
    code, label, unit, permission = "bulletin", "月通报", "期", "reports.view_bulletin"
    titles, order = ("title",), ("-month",)

    def records(self, user: Visitor) -> QuerySet[Bulletin]:
        number = Concat(
            "code",
            Value("〔"),
            "year",
            Value("〕"),
            "number",
            Value("号"),
            output_field=CharField(),
        )
        key = Concat("title", Value(" "), Coalesce(number, Value("")), output_field=CharField())
        return Bulletin.objects.visible_to(user).annotate(search_key=key)

    def notes(self, record: Bulletin, words: Words) -> Iterator[str]:
        yield record.title
        yield record.document_number
        yield record.get_state_display()

    def address(self, record: Bulletin, user: Visitor) -> str:
        return record.get_absolute_url()


KINDS: tuple[Kind, ...] = (
    *(Projects(), People(), Agencies(), Steps(), Extensions()),
    *(Stops(), Lessons(), Lists(), Stays(), Reviews(), Decisions(), Bulletins()),
)
"""In the order in which an answer gives them."""


def _holds(role: Role) -> Exists:
    return Exists(Assignment.objects.filter(role=role, official=OuterRef("pk")))


def _list_of(user: Visitor, **asked: object) -> str:
    """The progress list, narrowed."""
    may = user.has_perm("projects.view_project")
    return f"{reverse('progress')}?{urlencode(asked)}" if may else ""


def _page(name: str, record: Agency | Official, user: Visitor) -> str:
    """Its page; the right to view it was asked for before."""
    return reverse(name, args=[record.pk]) if user.has_perm("projects.view_project") else ""
