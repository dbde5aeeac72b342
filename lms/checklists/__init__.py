"""Claims of competence, their evidence and their record."""
