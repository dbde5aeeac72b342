"""GIFT, Moodle's plain-text format for questions."""
