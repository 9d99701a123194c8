"""Permits on pages, in Excel, through the API."""
