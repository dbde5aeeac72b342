"""Start pages and the site's frame."""
