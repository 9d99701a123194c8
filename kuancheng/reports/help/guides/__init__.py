"""What each role does here, in the order in which it is done."""

from kuancheng.reports.help.guides import auditor, reader, reporter, reviewer, system_admin

GUIDES = (
    reporter.GUIDE,
    reviewer.GUIDE,
    reader.GUIDE,
    system_admin.GUIDE,
    auditor.GUIDE,
)
