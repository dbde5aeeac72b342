"""Checks courses, criteria and the guide together."""
