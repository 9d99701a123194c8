"""What may be asked of pages and API alike: strict fields and filters, and one way to ask."""
