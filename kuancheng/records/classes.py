"""Data classes 公开 / 内部 / 敏感: which class each field is of, once, for pages, API and exports alike.

Names are shared by models, API and exports, so the table goes by name; where one name means two
things, the record is named before it (`Official.name`). A field that nobody classed is refused
(`UnclassedError`), never shown.
"""

from collections.abc import Iterable

from django.db import models


class DataClass(models.TextChoices):
    """How closely a fact is kept: who reads a class reads those before it."""

    PUBLIC = "public", "公开"
    INTERNAL = "internal", "内部"
    SENSITIVE = "sensitive", "敏感"

    @property
    def rank(self) -> int:
        """0 for what anybody may read."""
        return list(DataClass).index(self)

    def covers(self, other: "DataClass") -> bool:
        """Whether one who reads this class may read the other."""
        return self.rank >= other.rank

    @property
    def mark(self) -> str:
        """What is printed on paper and on exports; nothing on what is public."""
        return MARKS[self]


MARKS = {
    DataClass.PUBLIC: "",
    DataClass.INTERNAL: "内部资料 注意保管",
    DataClass.SENSITIVE: "敏感信息 注意保管",
}


class UnclassedError(LookupError):
    """A field that the table does not name."""


PUBLIC = """
id key code name aliases project programme programmes kind kind_label number order year month
national_code management_type management_type_label nature nature_label industry industry_label
year_class year_class_label stage stage_label standing standing_label scope address longitude
latitude subdistrict owner lead_agency agency supporters uscc enrolment_code is_demo version
updated_at created_at as_of date known_at begins projects_listed unit unit_label count next
previous results from_programme to_programme to_code to_name
group subject section section_label basis basis_label span district path project_name project_code
milestone_name list_code list_name mark supporter_names
"""
"""What the district publishes of a project anyway, and what only tells records apart."""

PEOPLE = """
author approver actor verifier official lead_official liaison_officer person chair clerk user
giver receiver deputy recipient submitter acknowledged_by answered_by approved_by completed_by
confirmed_by decided_by edited_by ended_by final_by issued_by percent_by published_by
resume_asked_by returned_by revoked_by submitted_by typed_by uploaded_by withdrawn_by on_behalf_of
called full_name Official.name
addressee actor_name
"""
"""Somebody's name, or a record that shows it: sensitive, and masked to the surname elsewhere."""

SENSITIVE = """
email username password last_login last_used_ip digest secret token prefix who substitute
ReviewDetail.minutes bytes file content
traceback args_kwargs return_value message upload cells Official.search_key heads
name_tried network last_at
"""
"""Personal, secret, or unread by the program, so that nothing of it could be masked."""

INTERNAL = """
about_id about_kind above_points above_step acknowledged_at act active actual actual_commissioning
actual_completion actual_finish actual_start addressees adjustments advice after agency_kind
agenda amount annex annual_plan annual_plan_missing answer answer_days answered answered_on
appeal_days applied_at approved_at approved_on arithmetic ask_by asked_on asks_lead_official
asks_office asks_review assignments at attempts attendance audience authored_at backend_name base
baseline baseline_finish basic batch before before_completed before_percent begun begun_at
begun_revision below_points below_step black_size blue bot broken bulletin by_hand called_on
cancel_reason cap caption carried_from cause changed channel class_before classing
classing_revision close closed closed_on closing_rate colour columns comparator comparator_label
completed completed_month completed_month_missing completed_total completed_total_missing
completed_ytd completed_ytd_missing completion_rate computed_at computed_light
computed_light_label confirmed confirmed_on content_type copied_to corrections critical current
cut date_joined dated day days decided_at decided_due decided_on decision_note decisions
decisions_late decisions_open decisions_total default_view denominator detail document
document_number done door doubles drafted_on drawn_on drawn_since drawn_up_on due due_at due_on
due_soon_days duration duty each earliest earliest_finish earliest_start edited_at effective_from
end_reason ended ended_at ended_on ended_revision enqueued_at enrolled_on enrolment_red_days
enrolment_yellow_days enterprise entrant entrants entries entry errata error errors evidence
exception_class_path expected expires_at explanation extended extension_before extensions factor
factor_label feasible field fields figure figures file_digest file_name files final_at finish
finish_by finished finished_at fired_rules first first_place fixed_points flags float_days floor
forecast forecast_completion forecast_late_days forecast_red_days former formula full_marks gap
gap_red gap_yellow gathered_at goal granted_on green grey groups guidance handled handover
head_posts holidays in_charge_posts in_place indicators is_active is_open is_staff is_superuser
is_system issued issued_at issued_on item item_minutes items_total job keyword kinds known_from
known_on label lapsed_days last last_baseline_finish last_digest last_place last_report
last_slip_days last_used_at last_word lasts late late_by late_by_working late_on late_reason
latest_finish latest_start least_indicators least_projects leave_document leave_note leave_reason
leave_reason_label left left_on left_out level level_in_force level_label light light_label lights
limit lines link listed listed_why listing listing_revision listings made_programme made_targets
matter matter_number matter_red_level max_overdue_days mean_days measure measure_label merged_into
milestone milestone_red_days milestones_done milestones_total minutes missing mode money_month
month_01 month_02 month_03 month_04 month_05 month_06 month_07 month_08 month_09 month_10 month_11
month_12 months months_missing months_typed most most_extensions moved new next_milestone
next_milestone_finish next_step not_reported note notes notice numerator objection objection_days
obtained old on_behalf on_time on_time_rate open opening opening_amount opening_revision opens_on
options origin_key origin_kind original_due outcome outcome_label overdue overdue_days
overdue_milestones overridden page paragraphs pause_back paused pauses pending_projects
pending_reports pending_ytd percent permit permit_label permit_yellow_workdays phase phase_label
physical_percent physical_progress pivot place plan plan_amount plan_revision planned
planned_commissioning planned_completion planned_finish planned_start points post practices
presence presence_label previous_digest printed printed_with priority pro_rata_linear
pro_rata_seasonal problems projects promised promised_completion proposal proposed_at proposed_on
publication published_on pulse query queue_name quote raised_on rank rank_before rate reached
read_at reading_comparator reading_date reading_quote reads reason reason_label reasons
recheck_document recheck_due recheck_missing recheck_on recorded_on red red_after_yellow red_size
refusal reminds_again_on reminds_on reopened replaced_at replaced_by report report_document
report_due report_due_workday report_late_days report_owed report_state report_state_label
reported_on restated rests_from resume_asked_on resume_document resume_note resumed_on return_note
return_rate returned returned_at returned_note review review_days revoke_note revoked_at
revoked_on role role_label round rows rule rule_label rules run_after satisfied search_key
second_pivot second_points second_step seconds sections sent_at separate_reason serial severity
sha256 sheet_import shut_until sign signer silence silent since size slip_days slipped soon source
source_label source_quote spoken_on start start_by start_red_days started_at state state_label
status step step_label steps stood_still stopped_on stops subject_code subject_id subject_key
subject_kind subject_label subject_type submitted_at submitted_on suggestions summary tables
target target_measure targets task_path template text thumb tie title total total_investment
total_investment_missing total_rows touched tried_at troubles turn type typed unattributed
unchanged undo_reason undone_at undone_on unsigned until unverified uploaded_at url used
valid_until value verdict verdicts verify veto visited_before visited_on void_reason waiting
weekday weight weight_label what what_label whole_steps why winter withdrawal_reason withdrawn
withdrawn_at without without_plan words workdays_left worker_ids works written written_on wrong
yellow AgendaItem.name BulletinFile.name Evidence.name FiguresKey.name GroupKey.name
LeagueAdded.name LeagueLine.name
"""
"""The district's own work: amounts, lights, dates, texts. Texts may name people: see `drf.masking`."""

_CLASS_OF = {
    name: of
    for words, of in (
        (PUBLIC, DataClass.PUBLIC),
        (INTERNAL, DataClass.INTERNAL),
        (PEOPLE, DataClass.SENSITIVE),
        (SENSITIVE, DataClass.SENSITIVE),
    )
    for name in words.split()
}
_PEOPLE = frozenset(PEOPLE.split())


def class_of(name: str, record: str = "") -> DataClass:
    """The class of a field, by its name or by its record's and its own. UnclassedError when neither is there."""
    found = _CLASS_OF.get(f"{record}.{name}") or _CLASS_OF.get(name)
    if found is None:
        raise UnclassedError(f"{record}.{name}" if record else name)
    return found


def closed_class_of(name: str, record: str = "") -> DataClass:
    """The same for whoever must answer now: what nobody classed is shown to nobody below sensitive."""
    try:
        return class_of(name, record)
    except UnclassedError:
        return DataClass.SENSITIVE


def is_person(name: str, record: str = "") -> bool:
    """Whether the field shows somebody's name, which is masked rather than left out."""
    own = f"{record}.{name}"
    return own in _PEOPLE if own in _CLASS_OF else name in _PEOPLE


def highest(classes: Iterable[DataClass]) -> DataClass:
    """The class of what shows all of these together; public for nothing."""
    return max(classes, key=lambda each: each.rank, default=DataClass.PUBLIC)
