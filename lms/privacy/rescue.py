"""Which forms of privacy hold no writing."""

WITHOUT_WRITING = frozenset({"privacy.erase"})
