"""Courses as files: read, checked, published as immutable versions."""
