"""Finds our numbers and check codes inside a PDF that may have been changed since it was issued."""

import re
import zlib
from collections.abc import Iterator

from lms.certificates.numbers import CODE_LENGTH, read_code

# a stream that unpacks to more than this is no certificate of ours
LARGEST_STREAM_BYTES = 4_000_000
MOST_STREAMS = 2_000

_STREAM = re.compile(rb"stream\r?\n")
_CODE = re.compile(rb"/verify/([0-9A-Za-z-]{%d,40})" % CODE_LENGTH)
_NUMBER = re.compile(rb"(?<![0-9-])(20[0-9]{2}-[0-9]{5,8})(?![0-9-])")


def codes_in(pdf: bytes) -> list[str]:
    """Return the check codes to whose page the file leads."""
    found = (read_code(match.decode("ascii")) for part in _parts(pdf) for match in _CODE.findall(part))
    return list(dict.fromkeys(code for code in found if code))


def numbers_in(pdf: bytes) -> list[str]:
    """Return what looks like a certificate's number in the file."""
    return list(
        dict.fromkeys(match.decode("ascii") for part in _parts(pdf) for match in _NUMBER.findall(part))
    )


def _parts(pdf: bytes) -> Iterator[bytes]:
    """Yield the file as it is, then each packed stream of it unpacked."""
    yield pdf
    for count, start in enumerate(_STREAM.finditer(pdf)):
        if count == MOST_STREAMS:
            return
        try:
            yield zlib.decompressobj().decompress(pdf[start.end() :], LARGEST_STREAM_BYTES)
        except zlib.error:
            continue  # not packed this way: it was searched as it is
