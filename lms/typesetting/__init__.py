"""Documents on paper: typst in a process of its own."""
