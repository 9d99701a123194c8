"""The month's reports in the admin: form, list, review, corrections, evidence."""
