"""The security headers of every response, errors and static files included."""

import logging
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, request
from flask.typing import ResponseReturnValue

from lms import access, clock

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)
bp = Blueprint("headers", __name__)

NONCE = "lms.nonce"
REPORT_PATH = "/csp-report"
# enough to notice that a page is broken
REPORTS_IN_A_MINUTE = 5

POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; media-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; manifest-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'; "
    f"report-to csp; report-uri {REPORT_PATH}"
)

DOWNLOAD_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"

CLOSED = (
    "accelerometer autoplay camera display-capture encrypted-media geolocation gyroscope hid idle-detection "
    "magnetometer microphone midi payment serial usb xr-spatial-tracking browsing-topics interest-cohort"
)

PERMISSIONS = ", ".join(f"{feature}=()" for feature in CLOSED.split()) + (
    ", fullscreen=(self), publickey-credentials-get=(self), publickey-credentials-create=(self)"
)

FIXED = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": PERMISSIONS,
    "X-Permitted-Cross-Domain-Policies": "none",
    "Reporting-Endpoints": f'csp="{REPORT_PATH}"',
}


class SecureHeaders:
    """WSGI middleware that adds the fixed headers once, and a nonce for scripts."""

    def __init__(self, inner: "WSGIApplication") -> None:
        self.inner = inner

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        nonce = secrets.token_urlsafe(16)
        environ[NONCE] = nonce

        def start(status: str, headers: list[tuple[str, str]], *rest: object) -> Callable[[bytes], object]:
            present = {name.lower() for name, _ in headers}
            headers.extend(item for item in FIXED.items() if item[0].lower() not in present)
            if "content-security-policy" not in present:
                headers.append(("Content-Security-Policy", POLICY.format(nonce=nonce)))
            if "cache-control" not in present:
                headers.append(("Cache-Control", "no-store"))
            if "vary" not in present:
                headers.append(("Vary", "Cookie"))
            return start_response(status, headers, *rest)  # type: ignore[arg-type]  # exc_info is passed on as it came

        return self.inner(environ, start)


class Reports:
    """Limits how many reports this process logs in a minute; anybody may send any number."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._minute: datetime | None = None
        self._written = 0
        self._passed_over = 0

    def take(self, now: datetime) -> int | None:
        """Return how many reports were dropped since the last one logged; None when this one is to be dropped, too."""
        minute = now.replace(second=0, microsecond=0)
        with self._lock:
            if minute != self._minute:
                self._minute, self._written = minute, 0
            if self._written >= REPORTS_IN_A_MINUTE:
                self._passed_over += 1
                return None
            self._written += 1
            passed_over, self._passed_over = self._passed_over, 0
            return passed_over


reports = Reports()


@bp.post(REPORT_PATH)
@access.public
def csp_report() -> ResponseReturnValue:
    """Take a browser's report of a policy violation; only the fact is logged, never its content."""
    size = len(request.get_data(cache=False))
    passed_over = reports.take(clock.now())
    if passed_over is not None:
        log.warning(
            "a browser reported a content policy violation (%d bytes); %d more were not written down",
            size,
            passed_over,
        )
    return "", 204


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    app.wsgi_app = SecureHeaders(app.wsgi_app)  # type: ignore[method-assign]  # the documented way to add middleware
