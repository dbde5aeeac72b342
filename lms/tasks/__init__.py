"""Tasks and the answers people give to them."""
