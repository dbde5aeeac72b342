"""The security headers of SECURITY 8.1, exactly once on every answer."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms import clock
from lms.serving import headers
from lms.serving.bodies import SHORT_BYTES
from lms.serving.headers import FIXED
from lms.templating import static_url
from tests import factories
from tests.client import Client
from tests.conftest import NOW

EXPECTED = {
    **FIXED,
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}


def assert_headers(answer: object) -> None:
    headers = answer.headers  # type: ignore[attr-defined]
    for name, value in EXPECTED.items():
        assert headers.getlist(name) == [value], name
    for name in ("Content-Security-Policy", "Cache-Control"):
        assert len(headers.getlist(name)) == 1, name
    assert not [name for name, _ in headers if name.lower().startswith("access-control")]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/sign-in", 200),
        ("head", "/sign-in", 200),
        ("get", "/people", 302),
        ("post", "/sign-in", 400),
        ("get", "/ei-ole", 404),
        ("delete", "/sign-in", 405),
        ("trace", "/sign-in", 405),
        ("get", "/healthz", 200),
        ("get", "/static/ei-ole.css", 404),
    ],
)
def test_every_answer_has_them_once(client: Client, method: str, path: str, status: int) -> None:
    answer = client.browser.open(path, method=method.upper())

    assert answer.status_code == status
    assert_headers(answer)
    assert answer.headers["Cache-Control"] == "no-store"


def test_static_files_have_them_and_may_be_cached_for_ever(client: Client) -> None:
    with client.get(static_url("css/app.css")) as answer:
        assert answer.status_code == 200
        assert_headers(answer)
        assert "immutable" in answer.headers["Cache-Control"]


def test_the_nonce_is_new_each_time_and_is_on_every_script(client: Client) -> None:
    answers = [client.get("/sign-in") for _ in range(2)]
    nonces = []
    for answer in answers:
        found = re.search(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"])
        assert found
        nonces.append(found[1])
        assert set(re.findall(r'<script[^>]*nonce="([^"]+)"', answer.text)) == {found[1]}

    assert nonces[0] != nonces[1]


def test_the_policy_has_no_hole(client: Client) -> None:
    policy = client.get("/sign-in").headers["Content-Security-Policy"]

    assert policy.startswith("default-src 'none';")
    for hole in ("unsafe", "data:", "*", "http:", "https:", "strict-dynamic"):
        assert hole not in policy
    for part in (
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "form-action 'self'",
    ):
        assert part in policy


def test_a_foreign_host_is_refused(empty: Flask) -> None:
    answer = empty.test_client().get("/sign-in", headers={"Host": "evil.example"})
    assert answer.status_code == 400


@pytest.mark.parametrize("host", ["[::1]", "[::1]:8000", "127.0.0.1:8000", "localhost"])
def test_a_host_of_this_machine_is_served(empty: Flask, host: str) -> None:
    assert empty.test_client().get("/sign-in", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["[::2]", "::1", "[::1]evil.example", "[::1]:x", "evil.example:80", "a b", ""]
)
def test_a_host_that_only_looks_like_it_is_refused(empty: Flask, host: str) -> None:
    assert empty.test_client().get("/sign-in", headers={"Host": host}).status_code == 400


def test_a_foreign_origin_gets_no_permission(client: Client) -> None:
    assert_headers(client.get("/sign-in", headers={"Origin": "https://evil.example"}))


def test_signing_out_clears_what_the_browser_stored(client: Client, session: Session) -> None:
    factories.make_person(session, "aino")
    session.commit()
    client.sign_in("aino")

    answer = client.post("/sign-out")

    assert '"storage"' in answer.headers["Clear-Site-Data"]


def test_a_browser_may_report_a_broken_policy(client: Client) -> None:
    answer = client.browser.post("/csp-report", data=b"{}", content_type="application/csp-report")
    too_much = client.browser.post(
        "/csp-report", data=b"x" * (SHORT_BYTES + 1), content_type="application/csp-report"
    )

    assert (answer.status_code, too_much.status_code) == (204, 413)


def test_many_reports_write_few_lines_and_say_how_many_there_were(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(headers, "reports", headers.Reports())

    def report(times: int) -> set[int]:
        answers = [client.browser.post("/csp-report", data=b"{}") for _time in range(times)]
        return {answer.status_code for answer in answers}

    statuses = report(headers.REPORTS_IN_A_MINUTE + 40)
    with clock.fixed(NOW + timedelta(minutes=1)):
        statuses |= report(1)

    lines = [record.getMessage() for record in caplog.records if "content policy" in record.getMessage()]
    assert statuses == {204}
    assert len(lines) == headers.REPORTS_IN_A_MINUTE + 1
    assert all("; 0 more were not written down" in line for line in lines[:-1])
    assert "; 40 more were not written down" in lines[-1]
