"""Text that is safe to show: authors' Markdown and people's plain writing as HTML."""
