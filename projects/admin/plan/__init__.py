"""Plans in the admin: templates, previews, proposals and their approval."""
