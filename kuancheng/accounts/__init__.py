"""Who gets which role and which key: asked by one administrator, granted by another."""
