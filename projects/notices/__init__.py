"""Who is told of what happens in the register."""
