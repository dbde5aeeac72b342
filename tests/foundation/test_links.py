"""Addresses are built from the names of views, inside a request or not, and not anew each time."""

import pytest
from flask import Flask
from werkzeug.routing import BuildError

from lms import links
from lms.links import url_for


def test_an_address_is_the_path_of_the_view(app: Flask) -> None:
    with app.app_context():
        assert url_for("diary.entry", entry_id=7) == "/diary/7"
        assert url_for("lessons.lesson", run_id=3, slug="tyosopimus") == "/runs/3/lessons/tyosopimus"


def test_what_the_path_does_not_hold_goes_into_the_query_and_none_is_left_out(app: Flask) -> None:
    with app.app_context():
        assert url_for("review.queue", run=4) == "/review?run=4"
        assert url_for("review.queue", run=None) == "/review"


def test_an_anchor_comes_last(app: Flask) -> None:
    with app.app_context():
        assert url_for("diary.entry", entry_id=7, page=2, _anchor="comments") == "/diary/7?page=2#comments"
        assert url_for("diary.entry", entry_id=7, _anchor='a"b c') == "/diary/7#a%22b%20c"


def test_a_name_leads_to_the_view_that_has_it(app: Flask) -> None:
    with app.app_context():
        assert url_for("lesson", run_id=3, slug="a") == url_for("lessons.lesson", run_id=3, slug="a")


def test_an_address_is_the_same_inside_a_request(app: Flask) -> None:
    with app.test_request_context("/diary?page=2", base_url="https://example.org"):
        assert url_for("diary.entries") == "/diary"


def test_a_template_has_the_same_addresses_as_a_filter(app: Flask) -> None:
    template = app.jinja_env.from_string("""{{ 'help'|url_for }} {{ 'diary.entry'|url_for(entry_id=id) }}""")

    assert template.render(id=7) == "/help /diary/7"
    assert "url_for" not in app.jinja_env.globals


def test_an_unknown_view_and_a_missing_value_are_faults(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(BuildError):
            url_for("diary.nothing")
        with pytest.raises(BuildError):
            url_for("diary.entry")


def test_two_views_cannot_have_the_same_name() -> None:
    site = Flask("site")
    for path in ("/one", "/other"):
        site.add_url_rule(path, path, links.named("lesson")(lambda: ""))

    with pytest.raises(RuntimeError, match="same name"):
        links.init_app(site)


def test_the_cache_does_not_grow(app: Flask) -> None:
    with app.app_context():
        addresses = {url_for("diary.entry", entry_id=number) for number in range(links.MOST_CACHED + 100)}

    assert len(addresses) == links.MOST_CACHED + 100
    assert app.extensions["url_for"].cache_info().currsize == links.MOST_CACHED
