"""Matters raised from where the trouble is seen: what fills the form, and what is raised already."""
