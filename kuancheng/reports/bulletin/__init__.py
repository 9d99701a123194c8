"""月通报: a month's bulletin, drafted, checked, issued and kept."""
