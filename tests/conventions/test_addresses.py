"""An address is spelt once, where its view is declared; everybody else names the view, and none of a layer above."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from lms import links
from lms.app import create_app
from lms.config import ROOT
from lms.core import FEATURES
from lms.coursefiles.read.guide import STATEMENTS, address_of
from tests.conventions.test_architecture import LMS, modules
from tests.databases import settings_for

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))

ROUTE_CALLS = {"route", "get", "post", "put", "patch", "delete", "add_url_rule"}

# what no view is asked for, and what published texts hold: these may spell addresses
ALSO_SPELT = {
    ("lms/templating.py", "STATIC_PATH"),
    ("lms/coursefiles/site_pages.py", "SITE_PAGES"),
    ("lms/coursefiles/read/guide.py", "address_of"),
}

NAMED_IN_TEMPLATE = re.compile(r"'([\w.]+)'\s*\|\s*url_for\b")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The app with all its views; no test here asks a database."""
    folder = tmp_path_factory.mktemp("addresses")
    made = create_app(settings_for(f"sqlite:///{folder / 'lms.db'}", folder))
    yield made
    made.extensions["engine"].dispose()


def spelling_of(app: Flask) -> re.Pattern[str]:
    """Return what finds an address of the site in a text."""
    first = {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()} - {""} | {"static"}
    parts = "|".join(sorted(map(re.escape, first)))
    return re.compile(rf"""(?:^|(?<=[\s"'`=(\[{{}},|]))/(?:{parts})(?![\w-])""", re.MULTILINE)


def is_route(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ROUTE_CALLS
    )


def routes_in(tree: ast.AST) -> list[ast.AST]:
    """Return the declarations of routes: what decorates a view."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return [call for function in functions for call in function.decorator_list if is_route(call)]


def constants_of_routes() -> set[str]:
    """Return the names of the constants of which routes are made."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in modules()]
    return {
        node.id
        for tree in trees
        for route in routes_in(tree)
        for node in ast.walk(route)
        if isinstance(node, ast.Name) and node.id.isupper()
    }


def docstrings_in(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            yield body[0].value


def name_of(node: ast.AST) -> str:
    if isinstance(node, ast.FunctionDef):
        return node.name
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id
    return ""


def spelt_in_code(source: str, spelling: re.Pattern[str], allowed: set[str]) -> list[str]:
    """Return the addresses that a module spells, but for its routes and what has an `allowed` name."""
    tree = ast.parse(source)
    homes = [
        *routes_in(tree),
        *docstrings_in(tree),
        *(node for node in tree.body if name_of(node) in allowed),
    ]
    passed_over = {id(node) for home in homes for node in ast.walk(home)}
    found = []
    for node in ast.walk(tree):
        if id(node) in passed_over or not isinstance(node, ast.Constant):
            continue
        text = node.value.decode("latin-1") if isinstance(node.value, bytes) else node.value
        if isinstance(text, str) and spelling.search(text):
            found.append(f"{node.lineno}: {text}")
    return found


def spelt_in_text(source: str, spelling: re.Pattern[str]) -> list[str]:
    """Return the lines of a template or script that spell an address, comments left out."""
    without_comments = re.sub(r"{#.*?#}|^\s*//.*?$", "", source, flags=re.DOTALL | re.MULTILINE)
    is_home = re.compile(r"""(?:href|action)=["']/["']|'/'""")
    return [
        line.strip()
        for line in without_comments.splitlines()
        if spelling.search(line) or is_home.search(line)
    ]


def test_no_module_spells_an_address(pages: Flask) -> None:
    spelling, of_routes = spelling_of(pages), constants_of_routes()
    faults = []
    for path in modules():
        relative = str(path.relative_to(ROOT))
        allowed = of_routes | {name for where, name in ALSO_SPELT if where == relative}
        source = path.read_text(encoding="utf-8")
        faults += [f"{relative}:{found}" for found in spelt_in_code(source, spelling, allowed)]
    assert not faults


def test_no_template_and_no_script_spells_an_address(pages: Flask) -> None:
    spelling = spelling_of(pages)
    faults = [
        f"{path.relative_to(ROOT)}: {line}"
        for path in (*TEMPLATES, *SCRIPTS)
        for line in spelt_in_text(path.read_text(encoding="utf-8"), spelling)
    ]
    assert not faults


@pytest.mark.parametrize(
    "source",
    [
        'def f(): return redirect("/diary")',
        'def f(run): return f"/runs/{run.id}/people"',
        'def f(base): return f"{base}/verify"',
        'def f(base, slug): return base + "/runs/" + slug',
        'CODE = re.compile(rb"/verify/([0-9]+)")',
        'STAFF = ("/staff/runs", "/people")',
        'def f(path): return path.startswith("/static/")',
    ],
)
def test_an_address_in_code_is_found(pages: Flask, source: str) -> None:
    assert spelt_in_code(source, spelling_of(pages), set())


@pytest.mark.parametrize(
    "source",
    [
        '@bp.get("/diary")\ndef f(): pass',
        '"""Shows /diary."""',
        'def f():\n    """Shows /diary."""',
        'ENTRY = "/diary/<int:entry_id>"',
        'def f(): return "/proc/self/statm".split("/")',
        'def f(): return "text/help"',
        'def f(): return "/diaryish"',
    ],
)
def test_what_is_no_address_or_a_route_is_passed_over(pages: Flask, source: str) -> None:
    assert not spelt_in_code(source, spelling_of(pages), {"ENTRY"})


@pytest.mark.parametrize(
    "source",
    [
        '<a href="/diary/{{ entry.id }}">',
        '<form action="/sign-out">',
        '<a class="brand" href="/">',
        "{{ link_button(_('Home'), '/') }}",
        "{{ crumb(_('Runs'), '/staff/runs') }}",
        "{{ '/runs/%d/people'|format(run.id) }}",
        "fetch(`/claims/${id}`)",
        'location.assign("/sign-in");',
    ],
)
def test_an_address_in_a_template_or_script_is_found(pages: Flask, source: str) -> None:
    assert spelt_in_text(source, spelling_of(pages))


def endpoints_in_code(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "url_for":
            given = node.args[0]
            chosen = [given.body, given.orelse] if isinstance(given, ast.IfExp) else [given]
            yield from (str(one.value) for one in chosen if isinstance(one, ast.Constant))


def linked() -> Iterator[tuple[Path, str, str]]:
    """Yield each link: the file, the feature that it belongs to (or none), the endpoint or name that it gives."""
    for path in modules():
        for endpoint in endpoints_in_code(path.read_text(encoding="utf-8")):
            yield path, path.relative_to(LMS).parts[0], endpoint
    for path in TEMPLATES:
        for endpoint in NAMED_IN_TEMPLATE.findall(path.read_text(encoding="utf-8")):
            yield path, path.relative_to(ROOT / "templates").parts[0], endpoint


def feature_of(app: Flask, endpoint: str) -> str:
    return app.view_functions[endpoint].__module__.split(".")[1]


def test_a_link_names_a_view_of_its_own_feature_or_of_one_below(pages: Flask) -> None:
    names, faults = links.names_of(pages), []
    for path, feature, endpoint in linked():
        below = {feature, *FEATURES[feature]} if feature in FEATURES else set()
        is_there = endpoint in names or endpoint in pages.view_functions
        if not is_there or (endpoint not in names and feature_of(pages, endpoint) not in below):
            faults.append(f"{path.relative_to(ROOT)} links to {endpoint}")
    assert not faults


def test_a_name_is_there_because_somebody_links_to_it(pages: Flask) -> None:
    assert links.names_of(pages).keys() <= {endpoint for _path, _feature, endpoint in linked()}


def test_nobody_builds_addresses_in_another_way() -> None:
    faults = [
        str(path.relative_to(ROOT))
        for path in modules()
        if re.search(
            r"^from flask import .*\burl_for\b|flask\.url_for", path.read_text(encoding="utf-8"), re.M
        )
    ]
    assert not faults


def test_published_texts_lead_to_pages_that_are_there(pages: Flask) -> None:
    with pages.app_context():
        assert address_of("ohjaajalle") == links.url_for("help.page", slug="ohjaajalle")
        assert {address_of(slug) for slug in STATEMENTS} == {
            links.url_for("accessibility"),
            links.url_for("privacy"),
        }
