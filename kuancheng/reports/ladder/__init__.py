"""办理规则: the limits of matters and who stands on each rung, version by version, tried before saved."""
