"""赛马规则: the groups and the versions of their rules, read by everybody, set up by the office."""
