"""Booklets: courses on paper."""
