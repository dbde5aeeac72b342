"""The learning diary."""
