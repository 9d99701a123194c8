"""地图: where the projects are, by light."""
