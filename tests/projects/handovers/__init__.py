"""交接: what may pass, doing it, undoing it."""
