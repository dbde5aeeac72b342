"""The instructor's one queue over claims and answers."""
