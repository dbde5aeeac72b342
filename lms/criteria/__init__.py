"""Qualification criteria, versioned."""
