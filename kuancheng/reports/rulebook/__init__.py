"""亮灯规则 in words."""
