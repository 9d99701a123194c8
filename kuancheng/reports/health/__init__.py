"""运行状况: whether the site can do its work, for probes and for people."""
