"""The pages of stops."""
