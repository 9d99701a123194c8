"""停工与复工: each step of a stop, and the standing that follows from it."""
