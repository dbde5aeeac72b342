"""Finds our numbers and check codes inside a PDF that may have been changed since it was issued, or made to harm."""

import re
import zlib
from collections.abc import Iterable, Iterator
from itertools import islice

from lms.certificates.numbers import CODE_LENGTH, VERIFY_PATH, read_code

# a stream that unpacks to more than this is no certificate of ours
LARGEST_STREAM_BYTES = 4_000_000
LARGEST_FILE_UNPACKED = 20_000_000
MOST_STREAMS = 500
PIECE_BYTES = 64_000
# a paper names its own number and code several times, another's hardly ever
MOST_IDENTIFIERS = 10
MOST_MATCHES_IN_A_PART = 200

_STREAM = re.compile(rb"stream\r?\n")
_CODE = re.compile(rb"%s/([0-9A-Za-z-]{%d,40})" % (VERIFY_PATH.encode(), CODE_LENGTH))
_NUMBER = re.compile(rb"(?<![0-9-])(20[0-9]{2}-[0-9]{5,8})(?![0-9-])")


def identifiers_in(pdf: bytes) -> tuple[list[str], list[str]]:
    """Return the check codes to whose page the file leads, and what looks like a certificate's number in it."""
    codes: dict[str, None] = {}
    numbers: dict[str, None] = {}
    for part in _parts(pdf):
        codes |= dict.fromkeys(code for found in _found(_CODE, part) if (code := read_code(found)))
        numbers |= dict.fromkeys(_found(_NUMBER, part))
    return list(codes)[:MOST_IDENTIFIERS], list(numbers)[:MOST_IDENTIFIERS]


def _found(pattern: re.Pattern[bytes], part: bytes) -> Iterable[str]:
    return (match[1].decode("ascii") for match in islice(pattern.finditer(part), MOST_MATCHES_IN_A_PART))


def _parts(pdf: bytes) -> Iterator[bytes]:
    """Yield the file as it is, then each packed stream of it unpacked, as far as a file of ours could go."""
    yield pdf
    view, left = memoryview(pdf), LARGEST_FILE_UNPACKED
    starts = list(islice(_STREAM.finditer(pdf), MOST_STREAMS))
    for place, start in enumerate(starts):
        # the next one begins at the latest in the "endstream" of this
        end = starts[place + 1].start() if place + 1 < len(starts) else len(pdf)
        part = _unpacked(view[start.end() : end], min(LARGEST_STREAM_BYTES, left))
        if part:
            yield part
        left -= len(part)
        if left <= 0:
            return


def _unpacked(packed: memoryview, most: int) -> bytes:
    """Return what the stream unpacks to, up to its first fault; nothing when it is not packed this way.

    Little by little, so that what is unpacked before a fault counts too.
    """
    unpacker, found, rest = zlib.decompressobj(), bytearray(), packed
    try:
        while len(found) < most and rest and not unpacker.eof:
            found += unpacker.decompress(rest, min(PIECE_BYTES, most - len(found)))
            rest = memoryview(unpacker.unconsumed_tail)
    except zlib.error:
        return bytes(found)
    return bytes(found)
