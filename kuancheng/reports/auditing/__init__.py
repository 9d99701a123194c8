"""审计: what the auditor reads of who did what, and takes away as a file."""
