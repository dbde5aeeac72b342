"""The site's own help and the two statements, as the guide's pages say them."""
