"""挂图作战: every project's plan and progress on sheets of A3."""
