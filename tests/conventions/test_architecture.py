"""The import graph, the sizes, and the words that no file may hold."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from lms.config import ROOT
from lms.core import FEATURES

LMS = ROOT / "lms"
# folders of the foundation, and what each may import of the program beside itself
FOUNDATION_FOLDERS = {
    "questions": {"faults"},
    "coursefiles": {"access", "config", "faults", "file_modes", "markup", "questions"},
    "markup": {"user_text"},
    "typesetting": {"config"},
    "serving": None,  # any of the foundation
}
# what wires: these may import everything
WIRING = {"__init__", "__main__", "app", "cli", "core"}
FOUNDATION = {path.stem for path in LMS.glob("*.py")} - WIRING | set(FOUNDATION_FOLDERS)

# layers inside a feature: each may import only what is to its right in this list
LAYERS = ("views", "forms", "policy", "operations", "queries", "models")
VIEW_LIKE = ("views", "review_views", "staff_views")

# the parts of a feature that another feature may see
OPEN_TO_OTHERS = {"models", "states", "queries", "operations", "policy", "providers", "signals"}
ALSO_OPEN = {
    "catalogue": {"media_store", "outline"},
    "checklists": {"followed", "read_models"},
    "diary": {"readers"},
    "certificates": {"drafts", "overview", "requirements"},
    "review": {"addresses"},
    "runs": {"following", "staff_queries"},
    "tasks": {"followed"},
}


def modules() -> Iterator[Path]:
    yield from sorted(LMS.rglob("*.py"))


def first_part(path: Path) -> str:
    """Return the folder or root module of the program that a file belongs to."""
    return path.relative_to(LMS).parts[0].removesuffix(".py")


def imports_of(path: Path) -> Iterator[tuple[str, int]]:
    """Yield the dotted lms modules that a file imports, with their lines."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "lms":
            for name in node.names:
                inner = LMS.parent / Path(*node.module.split(".")) / f"{name.name}.py"
                yield (f"{node.module}.{name.name}" if inner.exists() else node.module), node.lineno
        elif isinstance(node, ast.Import):
            yield from ((name.name, node.lineno) for name in node.names if name.name.startswith("lms"))


def test_features_import_only_what_is_below_them() -> None:
    faults = []
    for path in modules():
        feature = path.relative_to(LMS).parts[0]
        if feature not in FEATURES:
            continue
        for module, line in imports_of(path):
            parts = module.split(".")
            other = parts[1] if len(parts) > 1 else ""
            if other in FEATURES and other != feature and other not in FEATURES[feature]:
                faults.append(f"{path.relative_to(ROOT)}:{line} imports {module}")
    assert not faults


def test_features_see_only_the_open_parts_of_one_another() -> None:
    faults = []
    for path in modules():
        feature = path.relative_to(LMS).parts[0]
        for module, line in imports_of(path):
            parts = module.split(".")
            if feature not in FEATURES or len(parts) < 3 or parts[1] not in FEATURES or parts[1] == feature:
                continue
            if parts[2] not in OPEN_TO_OTHERS | ALSO_OPEN.get(parts[1], set()):
                faults.append(f"{path.relative_to(ROOT)}:{line} imports {module}")
    assert not faults


def test_every_folder_is_a_feature_or_of_the_foundation() -> None:
    folders = {path.parent.name for path in LMS.glob("*/__init__.py")}

    assert folders == {*FEATURES, *FOUNDATION_FOLDERS, "cli"}, (
        "a feature is a line in FEATURES of lms/core.py"
    )
    assert not set(FEATURES) & FOUNDATION


def test_the_foundation_imports_no_feature() -> None:
    faults = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for path in modules()
        if first_part(path) in FOUNDATION
        for module, line in imports_of(path)
        if len(module.split(".")) > 1 and module.split(".")[1] in FEATURES
    ]
    assert not faults


def test_folders_of_the_foundation_import_only_what_is_declared() -> None:
    faults = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for path in modules()
        if (allowed := FOUNDATION_FOLDERS.get(first_part(path))) is not None
        for module, line in imports_of(path)
        if module.split(".")[1] not in allowed | {first_part(path)}
    ]
    assert not faults


def test_only_runs_knows_who_is_named_an_instructor() -> None:
    """Being named is not enough to follow somebody's work: all others ask `lms/runs/following.py`."""
    faults = [
        str(path.relative_to(ROOT))
        for path in modules()
        if first_part(path) != "runs" and "RunInstructor" in path.read_text(encoding="utf-8")
    ]
    assert not faults


def test_layers_of_a_feature_point_one_way() -> None:
    faults = []
    for path in modules():
        parts = path.relative_to(LMS).parts
        if len(parts) != 2 or parts[0] not in FEATURES:
            continue
        layer = "views" if path.stem in VIEW_LIKE else path.stem
        if layer not in LAYERS:
            continue
        for module, line in imports_of(path):
            names = module.split(".")
            if len(names) < 3 or names[1] != parts[0]:
                continue
            other = "views" if names[2] in VIEW_LIKE else names[2]
            if other in LAYERS and LAYERS.index(other) < LAYERS.index(layer):
                faults.append(f"{path.relative_to(ROOT)}:{line} ({layer}) imports {other}")
    assert not faults


def test_there_is_no_import_inside_a_function() -> None:
    faults = []
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                inner = [child for child in ast.walk(node) if isinstance(child, ast.Import | ast.ImportFrom)]
                faults += [f"{path.relative_to(ROOT)}:{child.lineno}" for child in inner]
    assert not faults


def test_imports_have_no_cycle() -> None:
    graph: dict[str, set[str]] = {}
    for path in modules():
        name = ".".join(path.relative_to(LMS.parent).with_suffix("").parts)
        graph[name] = {module for module, _ in imports_of(path) if module != name}
    done: set[str] = set()

    def walk(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail, name))
        if name not in done:
            for other in graph.get(name, ()):
                walk(other, (*trail, name))
            done.add(name)

    for name in graph:
        walk(name, ())


def test_files_and_functions_stay_small() -> None:
    faults = []
    for path in modules():
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > 400:
            faults.append(f"{path.relative_to(ROOT)}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and node.end_lineno and node.end_lineno - node.lineno >= 50:
                faults.append(
                    f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {node.end_lineno - node.lineno + 1}"
                )
    faults += [
        f"{path.relative_to(ROOT)}: {count} lines"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        if (count := path.read_text(encoding="utf-8").count("\n")) > 150
    ]
    assert not faults


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in modules()
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not silent


FORBIDDEN_IN_CODE = {
    "raw HTML": re.compile(r"\|\s*safe\b|Markup\("),
    "inline style or script": re.compile(r"\bstyle=\"|\bon[a-z]+=\"|<script(?![^>]*\bsrc=)"),
}


def test_only_markup_makes_text_safe_and_nothing_is_inline() -> None:
    faults = []
    for path in [*modules(), *sorted((ROOT / "templates").rglob("*.html"))]:
        relative = str(path.relative_to(ROOT))
        if relative == "lms/markup/render.py":
            continue
        text = path.read_text(encoding="utf-8")
        for what, pattern in FORBIDDEN_IN_CODE.items():
            if what.startswith("inline") and path.suffix == ".py":
                continue
            faults += [f"{relative}: {what}: {found[0]}" for found in pattern.finditer(text)]
    assert not faults


def test_dangerous_calls_are_nowhere() -> None:
    banned = {"eval", "exec", "compile"}
    faults = []
    for path in modules():
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in banned:
                faults.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.func.id}")
        for word in (
            "shell=True",
            "os.system",
            "yaml.load(",
            "pickle",
            "render_template_string",
            "hashlib.md5",
            "hashlib.sha1",
        ):
            if word in text:
                faults.append(f"{path.relative_to(ROOT)}: {word}")
    assert not faults


def test_scripts_write_no_html() -> None:
    sinks = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|localStorage|sessionStorage"
    )
    faults = [
        str(path.name)
        for path in (ROOT / "static").rglob("*.js")
        if sinks.search(path.read_text(encoding="utf-8"))
    ]
    assert not faults


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.splitlines()]


def test_no_file_tells_where_it_was_made(tracked: list[Path]) -> None:
    told = re.compile(r"(?i)files\.pythonhosted|registry\.npmjs|deb\.debian\.org|/home/[a-z]+/|/root/")
    faults = []
    for path in tracked:
        if not path.is_file() or path.suffix in {".ttf", ".woff2", ".png", ".pdf"} or path == Path(__file__):
            continue
        faults += [
            f"{path.relative_to(ROOT)}: {found[0]}"
            for found in told.finditer(path.read_text(encoding="utf-8"))
        ]
    assert not faults
