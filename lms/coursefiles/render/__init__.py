"""Authors' Markdown as HTML, rendered in a process of its own."""
