"""变更申请: what waits for a second person, and the page on which he decides."""
