"""进展清单: what is late, why, and whose it is."""
