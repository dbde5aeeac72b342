"""Certificates frozen at issue, and their verification."""
