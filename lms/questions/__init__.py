"""Self-checking questions: their kinds, marking, and GIFT; all pure."""
