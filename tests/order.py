"""A pytest plugin that runs the tests in an order drawn anew each time, so that none can lean on another."""

import os
import random
from itertools import groupby

import pytest

AS_WRITTEN = 0


def pytest_addoption(parser: pytest.Parser) -> None:
    # the processes of one run inherit what was drawn, and so agree on the order
    drawn = os.environ.setdefault("TESTS_ORDER_SEED", str(random.randrange(1, 100_000)))
    parser.addoption(
        "--order-seed",
        type=int,
        default=int(drawn),
        help=f"draw the order of the tests from this number; {AS_WRITTEN}: in the order given",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Shuffle the files and the tests of each; pytest then brings together those on the same database."""
    if config.option.order_seed == AS_WRITTEN:
        return
    drawing = random.Random(config.option.order_seed)
    files = [list(tests) for _path, tests in groupby(items, key=lambda item: item.path)]
    drawing.shuffle(files)
    for tests in files:
        drawing.shuffle(tests)
    items[:] = [test for tests in files for test in tests]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if terminalreporter.stats.get("failed") or terminalreporter.stats.get("error"):
        terminalreporter.write_line(f"This order again: --order-seed={config.option.order_seed}")
