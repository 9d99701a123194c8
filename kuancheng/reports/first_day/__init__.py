"""开始使用: from an empty site to a list of projects, each step ticked off by what is on record."""
