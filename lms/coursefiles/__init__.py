"""Authors' files: read, checked, advised on and rendered; no database."""
