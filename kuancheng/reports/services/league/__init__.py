"""The one way to set the league up, to record what is added and deducted, to publish, to object."""
