"""我的工作: what a member of staff has to do now."""
