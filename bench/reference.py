"""The reference: a Flask view that renders 120 escaped rows, with no database and no sign-in."""

from flask import Flask, render_template, request

ROWS = 120
FRAME_BYTES = 120 + ROWS * len('\n<li><a href="/rows/100"></a> </li>\n')
TITLE = "Lue & kysy"

app = Flask(__name__)


@app.get("/")
def page() -> str:
    """Return a page of about `size` bytes; a row is a link and a note, three escaped values."""
    width = max(1, (int(request.args["size"]) - FRAME_BYTES) // ROWS - len(TITLE))
    # an escaped letter takes four or five bytes of the page
    note = ("rivi & riviä <seuraa> " * (width // 10 + 1))[: max(1, int(width * 0.65))]
    rows = [{"number": number, "title": TITLE, "note": note} for number in range(ROWS)]
    return render_template("reference.html", title="Vertailu", rows=rows)
