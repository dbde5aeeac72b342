"""Whether the process is up, and whether it is ready to serve."""

from flask import Blueprint, Flask, current_app, jsonify
from flask.typing import ResponseReturnValue

from lms import access
from lms.config import Settings
from lms.serving.addresses import any_host
from lms.serving.readiness import Readiness

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@access.public
@any_host
def healthz() -> ResponseReturnValue:
    return jsonify(status="ok")


@bp.get("/readyz")
@access.public
@any_host
def readyz() -> ResponseReturnValue:
    """Answer 200 when people can work, else 503 and the reason in one word."""
    readiness: Readiness = current_app.extensions["readiness"]
    if reason := readiness.why_not():
        return jsonify(status="unavailable", reason=reason), 503
    return jsonify(status="ok")


def init_app(app: Flask, settings: Settings) -> None:
    app.extensions["readiness"] = Readiness(settings, app.extensions["engine"])
    app.register_blueprint(bp)
