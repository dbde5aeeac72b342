"""Self-checking quizzes."""
