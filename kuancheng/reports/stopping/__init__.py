"""停工与复工: the list of stops, and a screen for each step."""
