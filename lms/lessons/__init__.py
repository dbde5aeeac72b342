"""Reading lessons inside a run, and progress."""
