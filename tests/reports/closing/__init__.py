"""The pages of close-outs."""
