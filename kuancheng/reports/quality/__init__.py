"""数据质量: what records leave out, and what they say against each other."""
