"""What the API's schema calls code lists that stand in fields of one name, or of several."""

ENUM_NAMES = {
    "ReportState": "investment.choices.ReportState",
    "Comparator": "projects.choices.Comparator",
    "Light": "kuancheng.reports.choices.LightChoice",
    "JoinReason": "projects.choices.JoinReason",
    "LeaveReason": "projects.choices.LeaveReason",
    "StopReason": "projects.choices.StopReason",
    "ReplanReason": "projects.choices.ReplanReason",
    "CloseOutState": "projects.choices.CloseOutState",
    "LeagueMeasure": "kuancheng.reports.choices.MeasureChoice",
    "MatterKind": "projects.choices.MatterKind",
    "MatterState": "projects.models.matter.STATES",
    "PermitKind": "projects.choices.PermitKind",
    "TurnState": "investment.choices.TurnState",
    "ReviewState": "projects.choices.ReviewState",
    "ItemOutcome": "projects.choices.ItemOutcome",
    "BulletinState": "kuancheng.reports.choices.BulletinState",
    "BulletinFileKind": "kuancheng.reports.choices.BulletinFileKind",
    "ParagraphKind": "kuancheng.reports.choices.ParagraphKind",
    "FigureKind": "kuancheng.reports.bulletin.questions.FIGURE_KINDS",
}
