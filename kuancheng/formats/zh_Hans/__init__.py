"""Simplified Chinese, the language of the site."""
