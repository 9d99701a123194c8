"""总览: targets, the four rates, the year's curve, the breakdowns."""
