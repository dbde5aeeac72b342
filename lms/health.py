"""Whether the process is up, and whether it is ready to serve."""

from flask import Blueprint, Flask, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError

from lms import access, db

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@access.public
def healthz() -> ResponseReturnValue:
    return jsonify(status="ok")


@bp.get("/readyz")
@access.public
def readyz() -> ResponseReturnValue:
    """Answer 200 when the database answers and has the newest migration, else 503."""
    try:
        found = db.migration_of(db.engine())
    except DBAPIError:
        return jsonify(status="unavailable", reason="database"), 503
    if found != db.newest_migration():
        return jsonify(status="unavailable", reason="migrations"), 503
    return jsonify(status="ok")


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
