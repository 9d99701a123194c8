"""项目页: one project, whole."""
