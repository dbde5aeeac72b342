"""A pytest plugin that records which lines of the program each test runs, and how long it takes."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import coverage
import pytest

# what a process that a test starts records, under the test's own name
OF_PROCESSES = """[run]
source = lms
relative_files = true
parallel = true
sigterm = true
context = ${PYTEST_CURRENT_TEST}
data_file = ${RECORDED_IN}/lines
"""


class Recorder:
    """Records the tests of one pytest process."""

    def __init__(self, folder: Path) -> None:
        self.seconds: dict[str, float] = {}
        self.failed: set[str] = set()
        self.path = folder / f"tests-{os.getpid()}.json"
        self.coverage = coverage.Coverage(
            config_file=False, data_file=str(folder / "lines"), data_suffix=True, source=["lms"]
        )
        self.coverage.set_option("run:relative_files", True)
        self.coverage.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self.coverage.switch_context(item.nodeid)
        done = yield
        self.coverage.switch_context("")
        return done

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0) + report.duration
        if not report.passed:
            self.failed.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        self.coverage.stop()
        self.coverage.save()
        passed = {test: spent for test, spent in self.seconds.items() if test not in self.failed}
        self.path.write_text(json.dumps({"seconds": passed, "failed": sorted(self.failed)}))


def pytest_configure(config: pytest.Config) -> None:
    """Record where the tests run: in each worker, or here when there is none."""
    if hasattr(config, "workerinput") or not config.getoption("numprocesses"):
        config.pluginmanager.register(Recorder(Path(os.environ["RECORDED_IN"])), "recorder")
