"""会议屏: the screen that chair and clerk run a weekly review from."""
