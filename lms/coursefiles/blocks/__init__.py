"""The blocks of a lesson, one module for each kind."""
