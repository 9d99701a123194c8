"""Matters as facts and figures of a day: how they stand, what is new, what a period came to."""
