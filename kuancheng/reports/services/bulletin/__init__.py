"""The one way to draft, edit, submit, issue and correct a month's bulletin."""
