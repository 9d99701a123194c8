"""帮助: a guide for each role by its tasks, and the terms with what they mean here."""
