"""Documents as Word files: the page of GB/T 9704-2012, the same bytes for the same document."""
