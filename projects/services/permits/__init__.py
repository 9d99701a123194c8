"""Permits: their extensions, and what the law allows of them."""
