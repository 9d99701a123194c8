"""An append-only log, chained by digests, of who did what, when, from where, and how it ended."""
