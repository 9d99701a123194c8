"""事项: the list, the page of one with its timeline, and a screen for every step."""
