"""The script that made the stored site goes on working, so that a site of a later shape can be stored."""

from pathlib import Path

from tests.upgrades import rows
from tests.upgrades.make import make


def test_the_script_fills_every_table_that_it_filled(tmp_path: Path) -> None:
    found, browser = make(tmp_path)

    stored = rows.stored("0007")
    assert [name for name in found if name in stored and not found[name]] == []
    assert browser.keys() == rows.stored_browser("0007").keys()
    assert list((tmp_path / "media").iterdir())
