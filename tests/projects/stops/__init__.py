"""Stops and resumptions."""
