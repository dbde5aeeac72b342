"""Advice to authors: what would make a text easier to read and a quiz more telling."""
