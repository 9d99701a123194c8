"""红灯说明: the screen on which a red light's owner answers it."""
