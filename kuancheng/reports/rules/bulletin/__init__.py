"""月通报: what its figures are, how its sentences read, and how both are checked. Pure rules."""
