"""The ways out: mail and group bots. Each says of a message what became of it, in words."""
