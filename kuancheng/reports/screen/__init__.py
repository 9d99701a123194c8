"""大屏: what a duty room shows on its wall."""
