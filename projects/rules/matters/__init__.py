"""Matters (事项): a closed loop from 发现 to 销号, judged from what was done and when."""
