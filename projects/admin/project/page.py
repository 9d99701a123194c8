"""重点项目 in the admin: the list, and the form with everything that hangs on a project."""

import json
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import Prefetch, QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kuancheng import clock
from kuancheng.access.rights import account
from kuancheng.proposals.models import LONGEST_REASON, Proposal
from kuancheng.records.forms import VersionedForm
from projects.admin.columns import Known, amount
from projects.admin.evidence import MilestoneEvidencePage
from projects.admin.filters import ListFilter, MineFilter, SubdistrictFilter
from projects.admin.plan.pages import PAGES as PLAN_PAGES
from projects.admin.plan.pages import plan_context
from projects.admin.project.inlines import (
    AssignmentInline,
    ExtensionInline,
    ListingInline,
    MilestoneInline,
    PartInline,
    PauseInline,
    keep_rows,
)
from projects.admin.project.tabs import BASIC, DUTY, MONEY, STEPS, tab_class, tabs_of
from projects.admin.rights import RowRights
from projects.choices import Role
from projects.models import Assignment, Project
from projects.services import (
    Change,
    StaleRecord,
    project_changes,
    project_position,
    save_parts,
)
from projects.services.proposing.projects import open_fields, put_project


class LinesField(forms.CharField):
    """A list of names, typed one a line."""

    widget = forms.Textarea(attrs={"rows": 2})

    def prepare_value(self, value: object) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: object) -> Any:
        if isinstance(value, list):
            return value
        lines = (super().to_python(value) or "").splitlines()
        return [line.strip() for line in lines if line.strip()]

    def has_changed(self, initial: object, data: object) -> bool:
        return self.to_python(initial or []) != self.to_python(data)


class ProjectForm(VersionedForm):
    aliases = LinesField(label="别名", required=False, help_text="每行一个。")
    seen_position = forms.JSONField(required=False, widget=forms.HiddenInput)
    proposal_reason = forms.CharField(
        label="变更理由",
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="没有改上面说的内容就不用填。",
    )
    proposal_document = forms.CharField(
        label="依据",
        required=False,
        max_length=200,
        help_text="批复、备案或会议纪要的文号，例如 宽发改备〔2024〕8号。",
    )
    counted = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["seen_position"] = project_position()
        if "code" in self.fields:
            self.fields["code"].required = False
        if "standing" in self.fields:
            self.fields[
                "standing"
            ].help_text = "项目不删除：退出、暂缓请改状态。停工、复工请在项目页登记。"
        for name, told in waiting_beside(self.instance).items():
            if name in self.fields:
                self.fields[name].help_text = told

    def changes_since(self, seen: int) -> Sequence[Change]:
        """Of the project and its parts: only what came after the form was opened."""
        after = self.cleaned_data.get("seen_position")
        known = after if _is_position(after) else None
        return project_changes(self.instance, known, guarded_only=True)

    def renew(self) -> None:
        super().renew()
        position: Any = json.dumps(self.initial["seen_position"])
        self.data[self.add_prefix("seen_position")] = position  # type: ignore[index]


def waiting_beside(project: Project) -> dict[str, SafeString]:
    """What waits for a second person, by field, to stand beside it. One query, or none."""
    if project.pk is None:
        return {}
    return {
        each.name: format_html(
            '<strong>待审核：{}</strong>（<a href="{}">{}</a>，{} {}）；通过以前按原值。',
            each,
            each.proposal.get_absolute_url(),
            each.proposal,
            each.proposal.author,
            f"{timezone.localtime(each.proposal.proposed_at):%m-%d}",
        )
        for each in open_fields([project.pk]).get(project.pk, ())
    }


def _is_position(value: object) -> bool:
    """Whether what came back is what the form was given."""
    return isinstance(value, dict) and all(type(each) is int for each in value.values())


SECOND_PERSON = (
    "双人审核",
    {
        "classes": ("below-tabs",),
        "description": (
            "改了“计划总投资”“状态”或已填的“计划竣工”（还没有列入基线的），请写明理由：保存时提出变更申请，"
            "由另一人通过后生效；其余内容照常保存。"
        ),
        "fields": (("proposal_reason", "proposal_document"),),
    },
)
"""Stands below all parts of the form, since what it speaks of stands in three of them."""


def list_columns(*, judgement: Sequence[str] = (), money: Sequence[str] = ()) -> tuple[str, ...]:
    """The columns of the list, with a place for what a later app knows of a project.

    Its judgement stands behind the project's standing, its money behind the total investment.
    """
    who = ("code", "name", "lead_official", "lead_agency")
    where = ("stage", "year_class", "standing")
    return (*who, *where, *judgement, "total", *money, "updated_at")


@admin.register(Project)
class ProjectAdmin(RowRights):
    form = ProjectForm
    read_as = {"aliases": "alias_text"}
    refusals = (ValidationError, IntegrityError, StaleRecord)
    list_display: tuple[str, ...] = list_columns()
    list_display_links = ("code", "name")
    list_filter: ClassVar[tuple[Any, ...]] = (
        MineFilter,
        ListFilter,
        "stage",
        "year_class",
        "standing",
        ("lead_agency", admin.RelatedOnlyFieldListFilter),
        ("subdistrict", SubdistrictFilter),
    )
    list_select_related = ("lead_agency",)
    search_fields = ("search_key",)
    search_help_text = "名称、别名、编号、国家项目代码，或拼音、拼音首字母：zlyz 可以找到中粮油脂。"
    autocomplete_fields = ("lead_agency", "owner", "subdistrict")
    inlines: ClassVar[tuple[type[PartInline], ...]] = (
        AssignmentInline,
        MilestoneInline,
        ExtensionInline,
        PauseInline,
        ListingInline,
    )
    fieldsets = (
        (
            None,
            {
                "classes": (tab_class(BASIC),),
                "fields": (
                    ("name", "code"),
                    ("stage", "year_class", "standing"),
                    ("nature", "management_type", "industry"),
                    ("national_code", "address", "aliases"),
                    "scope",
                ),
            },
        ),
        (
            "坐标与来源",
            {
                "classes": ("collapse", tab_class(BASIC)),
                "fields": (("longitude", "latitude"), "source_quote"),
            },
        ),
        (
            "单位",
            {
                "classes": (tab_class(DUTY),),
                "fields": (("lead_agency", "owner", "subdistrict"),),
            },
        ),
        (
            "日期",
            {
                "classes": (tab_class(STEPS),),
                "fields": (
                    ("planned_start", "planned_completion", "planned_commissioning"),
                    ("actual_start", "actual_completion", "actual_commissioning"),
                ),
            },
        ),
        (
            "总投资和入统",
            {
                "classes": (tab_class(MONEY),),
                "fields": (("total_investment", "enrolled_on", "enrolment_code"),),
            },
        ),
    )

    class Media:
        js = ("kuancheng/project_tabs.js",)

    def get_fieldsets(self, request: HttpRequest, obj: Project | None = None) -> Any:
        """With the reason of what two people decide, for whoever may change the project."""
        fieldsets = super().get_fieldsets(request, obj)
        writes = self.has_change_permission(request, obj) if obj else True
        return [*fieldsets, SECOND_PERSON] if writes else fieldsets

    def get_urls(self) -> list[URLPattern]:
        files = "<path:object_id>/milestones/<int:milestone_id>/evidence/"
        plan = [page.at(f"<path:object_id>/{page.name}/", self) for page in PLAN_PAGES]
        return [MilestoneEvidencePage.at(files, self), *plan, *super().get_urls()]

    def preview_chart(self, project: Project, preview: object) -> Any:
        """The chart under the preview of a plan; the app that draws charts puts it here."""
        return None

    def form_context(
        self, request: HttpRequest, original: Project | None, form: forms.ModelForm
    ) -> dict[str, object]:
        may_change = self.has_change_permission(request, original)
        return plan_context(request, original, may_change=may_change)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["tabs"] = tabs_of(context["adminform"], context["inline_admin_formsets"])
        return super().render_change_form(request, context, *args, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        people = Assignment.objects.on(clock.today()).select_related("official")
        return (
            super()
            .get_queryset(request)
            .visible_to(request.user)  # type: ignore[attr-defined]
            .prefetch_related(Prefetch("assignments", people, to_attr="people"))
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        found, duplicates = super().get_search_results(request, queryset, search_term)
        if request.resolver_match and request.resolver_match.url_name == "autocomplete":
            # A project is picked to add something to it: only the user's own are offered.
            found = found.editable_by(request.user)  # type: ignore[attr-defined]
        return found, duplicates

    @admin.display(description="包保领导", empty_value="—")
    def lead_official(self, project: Any) -> str:
        leads = [each for each in project.people if each.role == Role.LEAD_OFFICIAL]
        return "、".join(each.official.name for each in leads)

    @admin.display(description="别名")
    def alias_text(self, project: Project) -> str:
        return "、".join(project.aliases) or "—"

    @admin.display(description="总投资（万元）", ordering=Known("total_investment"))
    def total(self, project: Project) -> str:
        return amount(project.total_investment)

    def get_readonly_fields(
        self, request: HttpRequest, obj: Project | None = None
    ) -> tuple[str, ...]:
        fixed = ("code",) if obj else ()
        if request.user.has_perm("projects.oversee_portfolio"):
            return fixed
        # The agency in charge decides who may change the project, so clerks do not choose it.
        return (*fixed, "lead_agency")

    def has_delete_permission(self, request: HttpRequest, obj: Project | None = None) -> bool:
        """Nobody: a project that ends is marked so by its standing."""
        return False

    def changes_of(self, obj: Project) -> list[Change]:
        return project_changes(obj)

    def get_formset_kwargs(
        self, request: HttpRequest, obj: Project, inline: Any, prefix: str
    ) -> dict[str, Any]:
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        if "data" in kwargs and obj.pk:
            rows = kwargs["queryset"].filter(project=obj)
            kwargs["queryset"] = keep_rows(kwargs["data"], prefix, rows)
        return kwargs

    def save_model(
        self, request: HttpRequest, obj: Project, form: forms.ModelForm, change: bool
    ) -> None:
        said = form.cleaned_data
        form.proposal = put_project(  # type: ignore[attr-defined]
            project=obj,
            actor=account(request),
            seen=said.get("seen_version"),
            reason=said.get("proposal_reason", ""),
            document=said.get("proposal_document", ""),
        )

    def save_related(
        self,
        request: HttpRequest,
        form: forms.ModelForm,
        formsets: list[BaseInlineFormSet],
        change: bool,
    ) -> None:
        saved = [row for formset in formsets for row in formset.save(commit=False)]
        deleted = [row for formset in formsets for row in formset.deleted_objects]
        save_parts(project=form.instance, saved=saved, deleted=deleted, actor=account(request))
        made: Proposal | None = getattr(form, "proposal", None)
        if made is not None:
            messages.warning(request, _told_to_wait(made))


def _told_to_wait(made: Proposal) -> SafeString:
    """What was not written yet, and where it waits."""
    names = "、".join(f"“{each.label}”" for each in made.fields.all())
    return format_html(
        '{}的改动须由第二人审核，已提出<a href="{}">{}</a>，通过以前按原值；其余内容已保存。',
        names,
        made.get_absolute_url(),
        made,
    )
