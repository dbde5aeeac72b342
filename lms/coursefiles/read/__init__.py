"""Reads courses, criteria and the guide from their folders."""
