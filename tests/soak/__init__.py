"""Long checks, outside `make test`: every page of every role, whole."""
