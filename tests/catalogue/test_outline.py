"""What a process keeps of published courses: what is asked for stays, what nobody asks for goes."""

from flask import Flask
from sqlalchemy.orm import Session

from lms.catalogue.outline import CACHED_VERSIONS, LruCache, outlines_of
from tests import factories
from tests.queries import count_queries


def test_what_is_asked_for_outlives_what_is_not() -> None:
    kept: LruCache[str, int] = LruCache(2)
    kept.put("a", 1)
    kept.put("b", 2)

    assert kept.get("a") == 1
    kept.put("c", 3)

    assert (kept.get("a"), kept.get("b"), kept.get("c")) == (1, None, 3)


def test_putting_the_same_again_takes_no_other_away() -> None:
    kept: LruCache[str, int] = LruCache(2)
    for key, value in (("a", 1), ("b", 2), ("a", 3)):
        kept.put(key, value)

    assert (kept.get("a"), kept.get("b")) == (3, 2)


def test_many_courses_are_read_once_although_other_ones_were_cached_before(
    empty: Flask, session: Session
) -> None:
    hashes = [
        factories.make_version(session, factories.outline_json(f"kurssi-{number}")).content_hash
        for number in range(CACHED_VERSIONS)
    ]
    outlines_of(session, hashes)
    wanted = [*hashes[:50], factories.make_version(session, factories.outline_json("uusi")).content_hash]
    session.commit()

    outlines_of(session, wanted)
    with count_queries(empty) as seen:
        outlines_of(session, wanted)

    assert seen == []
