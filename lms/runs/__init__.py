"""A course given to a group over a period; enrolment."""
