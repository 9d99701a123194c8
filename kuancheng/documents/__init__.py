"""公文: official documents (GB/T 9704-2012) as Word, as a page and on paper, from one model."""
