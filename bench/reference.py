"""The reference: a Flask view that renders 120 escaped rows, with no database and no sign-in."""

from flask import Flask, render_template_string, request

PAGE = """<!doctype html><html lang="fi"><head><title>{{ title }}</title></head><body><h1>{{ title }}</h1>
<ul>{% for row in rows %}<li>{{ row }}</li>{% endfor %}</ul></body></html>"""
ROWS = 120
FRAME_BYTES = 120 + ROWS * len("<li></li>")

app = Flask(__name__)


@app.get("/")
def page() -> str:
    """Return a page of about `size` bytes."""
    width = max(1, (int(request.args["size"]) - FRAME_BYTES) // ROWS)
    row = ("rivi & riviä <seuraa> " * (width // 10 + 1))[: max(1, int(width * 0.72))]
    return render_template_string(PAGE, title="Vertailu", rows=[row] * ROWS)
