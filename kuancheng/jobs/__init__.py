"""Work in the background: enqueued with a change, run by a worker, recovered after a crash."""
