"""后台任务 in the admin: what waits, runs and failed, for those who look after the machine."""

import json
from typing import Any

import django_tasks_db.admin  # noqa: F401 - registers its own, in English, which ours replaces
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django_tasks_db.models import DBTaskResult

from kuancheng.jobs import heartbeat, services
from kuancheng.jobs.choices import JobState
from kuancheng.jobs.errors import NotNow, UnknownJob
from kuancheng.jobs.models import SUCCESSFUL, Job
from kuancheng.records.admin import ReadOnlyList

OPERATE = "jobs.operate_job"

admin.site.unregister(DBTaskResult)


class StateFilter(admin.SimpleListFilter):
    """By state."""

    title = "状态"
    parameter_name = "state"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> list[tuple[str, str]]:
        return [(state.value, str(state.label)) for state in JobState]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Job]:
        return queryset.in_state(self.value()) if self.value() else queryset


@admin.register(Job)
class JobAdmin(ReadOnlyList):
    """To be read; what failed can be run again by the system administrator."""

    list_display = (
        "label_column",
        "state_column",
        "enqueued_column",
        "started_column",
        "finished_column",
        "attempts_column",
        "worker_column",
        "outcome_column",
    )
    list_filter = (StateFilter,)
    ordering = ("-enqueued_at",)
    list_per_page = 50
    show_facets = admin.ShowFacets.NEVER
    empty_value_display = "—"
    actions = ("run_again",)
    change_list_template = "admin/jobs/job/change_list.html"
    detail = (*list_display, "due_column", "arguments_column")

    def get_fieldsets(self, request: HttpRequest, obj: Job | None = None) -> Any:
        shown = (None, {"fields": self.detail})
        if not request.user.has_perm(OPERATE) or obj is None or not obj.traceback:
            return [shown]
        return [shown, ("出错详情", {"fields": ("traceback_column",)})]

    def get_readonly_fields(self, request: HttpRequest, obj: Job | None = None) -> Any:
        return (*self.detail, "traceback_column")

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        return actions if request.user.has_perm(OPERATE) else {}

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        services.recover_lost()
        context = {
            "workers": heartbeat.live_workers(),
            "unattended": services.unattended(),
            "no_worker": services.NO_WORKER,
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    @admin.action(description="再运行一次")
    def run_again(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        for job in queryset:
            try:
                services.run_again(job)
            except NotNow as refusal:
                messages.error(request, f"{job}（{job.pk}）：{refusal}")
            else:
                self.log_change(request, job, "再运行一次")
                messages.success(request, f"{job}（{job.pk}）已重新排队。")

    @admin.display(description="任务", ordering="task_path")
    def label_column(self, job: Job) -> str:
        return job.label

    @admin.display(description="状态", ordering="status")
    def state_column(self, job: Job) -> str:
        return format_html(
            '<span class="state state-{}">{}</span>', job.state.value, job.state.label
        )

    @admin.display(description="提交时间", ordering="enqueued_at")
    def enqueued_column(self, job: Job) -> Any:
        return job.enqueued_at

    @admin.display(description="开始时间", ordering="started_at")
    def started_column(self, job: Job) -> Any:
        return job.started_at

    @admin.display(description="结束时间", ordering="finished_at")
    def finished_column(self, job: Job) -> Any:
        return job.finished_at

    @admin.display(description="最早运行时间")
    def due_column(self, job: Job) -> Any:
        return job.due_at

    @admin.display(description="次数")
    def attempts_column(self, job: Job) -> str:
        try:
            return f"{job.attempts} / {job.policy.attempts}"
        except UnknownJob:
            return str(job.attempts)

    @admin.display(description="运行进程")
    def worker_column(self, job: Job) -> str:
        return job.worker or "—"

    @admin.display(description="情况")
    def outcome_column(self, job: Job) -> str:
        """Its result, the last error, or how far it is."""
        if job.status == SUCCESSFUL:
            return str(job.return_value or "—")
        if job.state != JobState.RUNNING:
            return job.error_in_words or "—"
        progress = heartbeat.read_progress(job.lease_file)
        return f"{progress.step} {progress.done} / {progress.total}" if progress.total else "—"

    @admin.display(description="参数")
    def arguments_column(self, job: Job) -> str:
        return json.dumps(job.args_kwargs, ensure_ascii=False)

    @admin.display(description="出错详情")
    def traceback_column(self, job: Job) -> str:
        return format_html("<pre>{}</pre>", job.traceback)
