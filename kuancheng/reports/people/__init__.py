"""干部 and 单位: what each answers for, their lists, a task force's roster, and handing over."""
