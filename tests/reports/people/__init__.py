"""People, agencies, rosters and handovers on pages."""
