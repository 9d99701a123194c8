"""Finding a project, a person, an agency, a milestone or a list by whatever one remembers of it."""
