"""Excel both ways: templates, exports and imports of whatever kinds the apps above register."""
