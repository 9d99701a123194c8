"""交接: what may pass from one official to another, doing it as one step, and undoing it as one."""
