"""年度结转: what may roll into the next year, doing it as one step, and undoing it as one."""
