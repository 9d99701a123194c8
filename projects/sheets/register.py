"""The register as a sheet: one row a project."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from django.core.exceptions import ValidationError

from kuancheng.access.models import User
from kuancheng.proposals.services import Draft
from kuancheng.records.announcing import together
from kuancheng.sheets.kinds import Column, Errors, Found, Ledger, Pick, ReadRow, SheetKind
from kuancheng.sheets.rules.cells import Code, Names, Number, words
from projects.choices import (
    AgencyKind,
    Industry,
    ManagementType,
    Nature,
    Stage,
    Standing,
    YearClass,
)
from projects.models import Agency, Project
from projects.services.many import EditsRefused, project_errors
from projects.services.proposing.projects import needs_of, part_projects
from projects.sheets.columns import (
    FORESEEN,
    NEEDS_SECOND,
    Projects,
    agency,
    amount,
    choice,
    code_of,
    day,
    edits,
    number,
    put_forward,
    refused,
    scope,
    scoped,
    text,
)

RELATED = ("lead_agency", "owner", "subdistrict")
LEAD = "lead_agency_id"


class RegisterSheet(SheetKind):
    name = "register"
    label = "重点项目"
    permission = "projects.change_project"
    help = (
        "一行一个项目，按“项目编号”认出；编号留空的行是新登记的项目，由系统编号（须有新增权限）。",
        "已列入基线的“计划竣工”不能在这里改，请在网页上走“调整计划”。",
        "“计划总投资”“状态”和已填的“计划竣工”须第二人审核：导入后提出变更申请，由另一人通过后生效，"
        "其余各列导入时就写入。",
        "“责任单位”决定谁可以修改项目，只有项目中心能改。",
    )

    def picks(self, user: User) -> Sequence[Pick]:
        return (scope(user),)

    def columns(self) -> Sequence[Column]:
        agencies = Agency.objects.all()
        return (
            code_of(lambda project: project),
            text("name", "项目名称", 120, width=28, required=True),
            choice("stage", "阶段", Stage, required=True),
            choice(
                "standing",
                "状态",
                Standing,
                required=True,
                defaults=True,
                help="正常、停工、暂缓、退出；新登记不填为正常。",
            ),
            choice("year_class", "年度类别", YearClass),
            agency(LEAD, "责任单位", agencies, help="包保责任部门。"),
            agency("owner_id", "建设单位", agencies.filter(kind=AgencyKind.ENTERPRISE)),
            agency("subdistrict_id", "属地", agencies.filter(kind=AgencyKind.SUBDISTRICT)),
            amount("total_investment", "计划总投资", help="单位：万元。未报请留空，不要填 0。"),
            choice("nature", "建设性质", Nature, width=16),
            choice("management_type", "管理类型", ManagementType),
            choice("industry", "行业门类", Industry, width=20),
            Column(
                "national_code",
                "国家项目代码",
                Code(30, nullable=True),
                lambda project: words(project.national_code),
                help="例如 2312-220103-04-01-123456；还没有可留空。",
                width=28,
            ),
            Column(
                "aliases",
                "别名",
                Names(),
                lambda project: words("；".join(project.aliases)),
                width=20,
            ),
            text("address", "建设地点", 200, width=24),
            text("scope", "建设内容及规模", 20_000, width=40),
            day("planned_start", "计划开工"),
            day("planned_completion", "计划竣工"),
            day("planned_commissioning", "计划投产"),
            day("actual_start", "实际开工"),
            day("actual_completion", "实际竣工"),
            day("actual_commissioning", "实际投产"),
            day("enrolled_on", "入统日期", help="纳入固定资产投资统计库的日期。"),
            text("enrolment_code", "入统代码", 40),
            number("longitude", "经度", Number(6), help="东经，73 到 136。"),
            number("latitude", "纬度", Number(6), help="北纬，3 到 54。"),
            text("source_quote", "来源原文", 20_000, width=30, help="项目出自文件的哪句话。"),
        )

    def records(self, user: User, picked: Mapping[str, str]) -> Iterable[Any]:
        projects = scoped(user, picked).select_related(*RELATED).order_by("code")
        return projects.iterator(chunk_size=500)

    def ledger(self, user: User, options: Mapping[str, bool]) -> Ledger:
        return RegisterLedger(user, self.columns())

    def together(self) -> AbstractContextManager[Any]:
        return together()


class RegisterLedger(Ledger):
    """Projects by code; what earlier batches gave a national code to is remembered."""

    def __init__(self, user: User, columns: Sequence[Column]) -> None:
        self.user, self.columns = user, columns
        self._codes: dict[str, int] = {}
        self._rows_waiting = 0
        self._drafts: list[Draft] = []

    def find(self, rows: Sequence[ReadRow], *, lock: bool) -> list[Found]:
        queryset = Project.objects.select_related(*RELATED)
        if lock:
            queryset = queryset.select_for_update(of=("self",))
        projects = Projects(rows, self.user, queryset)
        return [self._found(row, projects) for row in rows]

    def _found(self, row: ReadRow, projects: Projects) -> Found:
        found = Found(row)
        if row.values.get("code") == "":
            found.record = Project()
            found.title = str(row.values.get("name") or "")
            if not self.user.has_perm("projects.add_project"):
                found.foreign = "您没有新登记项目的权限：请填上项目编号，或删去这一行。"
            return found
        project = projects.find(row, found)
        if project is not None:
            found.record, found.identity = project, project.pk
            found.title = f"{project.code} {project.name}"
        elif row.values.get("code"):
            found.notes = [f"{found.notes[0]}新登记的项目请把编号留空，由系统编号。"]
        return found

    def check(self, found: Sequence[Found]) -> Errors:
        changed = edits(found)
        errors, needs = project_errors(changed, self.user), needs_of(changed, self.user)
        self._needs = dict(zip(map(id, found), needs.names, strict=True))
        return [
            self._also(each, error or waiting)
            for each, error, waiting in zip(found, errors, needs.errors, strict=True)
        ]

    def hints(self, found: Sequence[Found]) -> Sequence[Mapping[str, str]]:
        """Says at each cell that two people decide that it waits."""
        told = [dict.fromkeys(self._needs.get(id(each), ()), NEEDS_SECOND) for each in found]
        self._rows_waiting += sum(map(bool, told))
        return told

    def foresee(self) -> str:
        return FORESEEN.format(self._rows_waiting) if self._rows_waiting else ""

    def _also(self, found: Found, error: ValidationError | None) -> ValidationError | None:
        """What holds for the file, rather than for the project."""
        wrong: dict[str, Any] = {}
        code = found.record.national_code
        if code and "national_code" in found.touched:
            first = self._codes.setdefault(code, found.row.number)
            if first != found.row.number:
                wrong["national_code"] = f"与第 {first} 行的国家项目代码相同，请核对。"
        if not wrong:
            return error
        if error is not None:
            wrong = error.update_error_dict(ValidationError(wrong).error_dict)
        return ValidationError(wrong)

    def write(self, found: Sequence[Found], *, reason: str) -> None:
        try:
            self._drafts += part_projects(edits=edits(found), actor=self.user, reason=reason)
        except EditsRefused as error:
            raise refused(found, error) from None

    def finish(self) -> str:
        """Puts forward, all at once, what the file changes that two people decide."""
        return put_forward(self._drafts, self.user, self.batch)
