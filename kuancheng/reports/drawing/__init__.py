"""SVG drawn on the server: time axes, lanes, charts, curves."""
