"""佐证: photos and files, for whoever may see their project."""
