"""What a check of a certificate can answer."""

from enum import StrEnum


class Result(StrEnum):
    VALID = "valid"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"
    # only a file can be altered: its number is ours, its bytes are not
    ALTERED = "altered"
