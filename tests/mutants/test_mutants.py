"""The faults that are put in, the tests that are asked first, and what becomes of a fault."""

import random
from collections import Counter
from pathlib import Path

import coverage
import pytest

from tests.mutants import trials
from tests.mutants.copies import ROOT
from tests.mutants.faults import KINDS, possible_faults
from tests.mutants.record import Record

OWN = ROOT / "tests" / "mutants" / "faults.py"


@pytest.mark.parametrize(
    ("source", "kind", "becomes"),
    [
        ("a < b", "comparison", {"a <= b"}),
        ("a is not None", "comparison", {"a is None"}),
        ("if a:\n    pass", "negation", {"if (not (a)):\n    pass"}),
        ("b = not (a or c)", "negation", {"b = (a or c)"}),
        ("[a for a in b if a.c]", "negation", {"[a for a in b if True]"}),
        ("a and b and c", "and-or", {"(a or b or c)"}),
        ("audit.record(session, 'x')", "call", {"pass"}),
        ("b = audit.record(session)", "call", set()),
        ("q.where(a, b)", "where", {"q.where(b)", "q.where(a)"}),
        ("delete(A).where(a)", "where", {"delete(A)"}),
        ("and_(a, b)", "where", {"and_(b)", "and_(a)"}),
        ("def f() -> bool:\n    return a", "result", {"def f() -> bool:\n    return not (a)"}),
        ("def f() -> list[int]:\n    return a", "result", {"def f() -> list[int]:\n    return []"}),
        ("def f() -> Person | None:\n    return a", "result", {"def f() -> Person | None:\n    return None"}),
        ("def f() -> str:\n    return ''", "result", set()),
        ("a = 7", "constant", {"a = 8"}),
        ("a = True", "constant", {"a = False"}),
        ("a: Literal[7]", "constant", set()),
        ("a + b", "sum", {"(a - b)"}),
        ("ä = 'ö'; ä < b", "comparison", {"ä = 'ö'; ä <= b"}),
    ],
)
def test_a_kind_of_fault_is_put_in(source: str, kind: str, becomes: set[str]) -> None:
    raw = source.encode()
    assert {fault.put_into(raw).decode() for fault in possible_faults(raw) if fault.kind == kind} == becomes


def test_every_fault_is_a_change_that_python_can_read() -> None:
    source = OWN.read_bytes()
    faults = possible_faults(source)

    assert {fault.kind for fault in faults} >= set(KINDS) - {"where"}
    for fault in random.Random(1).sample(faults, 40):
        changed = fault.put_into(source)
        compile(changed, "changed.py", "exec")
        assert changed != source


def test_a_seed_draws_the_same_faults_again() -> None:
    def drawn(seed: int) -> list[object]:
        return list(trials.draw([OWN], kinds=["comparison", "result"], seed=seed, number=5))

    assert drawn(3) == drawn(3) != drawn(4)
    assert len(drawn(3)) == 5


def test_the_fastest_and_most_telling_tests_are_asked_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then those whose files name the module: the lines may have run once, for another test."""
    monkeypatch.setattr("tests.mutants.record.ROOT", tmp_path)
    for name, text in (("t", "nothing"), ("u", "from lms import one")):
        (tmp_path / name).write_text(text)
    data = coverage.CoverageData(str(tmp_path / "lines"))
    lines = {"": [1], "t::broad": [1, 2, 3], "t::narrow": [2], "t::program (call)": [3], "t::failing": [2]}
    for context, ran in lines.items():
        data.set_context(context)
        data.add_lines({"lms/one.py": ran})
    seconds = {"t::broad": 1.0, "t::narrow": 1.0, "t::program": 9.0, "u::names": 1.0}
    record = Record(data, seconds, Counter({"t::broad": 3, "t::narrow": 1, "t::program": 1}))

    assert record.tests_of("lms/one.py", range(2, 3)) == ["t::narrow", "t::broad", "u::names"]
    assert record.tests_of("lms/one.py", range(3, 4)) == ["t::broad", "t::program", "u::names"]
    # what runs at import is asked of all tests that run anything of the file
    everything = ["t::narrow", "t::broad", "t::program", "u::names"]
    assert record.tests_of("lms/one.py", range(1, 2)) == everything
    assert trials.within(2.5, ["t::narrow", "t::broad", "t::program"], seconds) == ["t::narrow", "t::broad"]
    assert trials.within(2.5, ["t::program"], seconds) == ["t::program"]


@pytest.mark.parametrize(
    ("body", "outcome"), [("pass", "survived"), ("raise ValueError", "killed"), ("time.sleep(60)", "hangs")]
)
def test_a_fault_is_killed_survives_or_hangs(tmp_path: Path, body: str, outcome: str) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "conftest.py").write_text("pytest_plugins = ['order']\n")
    (tmp_path / "order.py").write_text((ROOT / "tests" / "order.py").read_text(encoding="utf-8"))
    (tmp_path / "test_it.py").write_text(f"import time\n\n\ndef test_it():\n    {body}\n")

    assert trials.outcome_of(tmp_path, ["test_it.py::test_it"], hangs_after=8) == outcome
