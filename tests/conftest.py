"""What every part of the tests needs: which of them run where, and which are measured where coverage is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from theralogic.reasoning.durable import engine as durable

HERE = Path(__file__).parent
# These run what others run, at length: with every shipped case, in a browser, with anything at all.
UNMEASURED = ("browser", "fuzz", "kb")


@pytest.fixture(scope="session", autouse=True)
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One cache for all tests and the commands they start, so that a rule base is compiled once for all of them."""
    root = tmp_path_factory.getbasetemp()
    folder = (root.parent if "PYTEST_XDIST_WORKER" in os.environ else root) / "compiled"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("THERALOGIC_CACHE", str(folder))
        yield folder


def pytest_configure(config: pytest.Config) -> None:
    """Make the words known with which tests say what they need."""
    config.addinivalue_line("markers", "durable: needs durable-rules, which does not run everywhere")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One worker for each core that this process may use, and none for a few files: they take longer to start."""
    if config.args and all(".py" in argument for argument in config.args):
        return 0
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Let coverage not start by itself in workers, which pytest-cov measures: ``no_cover`` would not be heeded."""
    os.environ.pop("COVERAGE_PROCESS_CONFIG", None)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """For the same reason, end what pytest-cov starts in a worker because it takes it for the main process."""
    cov = session.config.pluginmanager.get_plugin("_cov")
    if cov is not None and hasattr(session.config, "workerinput"):
        cov.cov_controller.pause()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what can't run here; leave out of what is measured what is long and, as chance decides, property tests."""
    why = durable.available()
    for item in items:
        if why and item.get_closest_marker("durable"):
            item.add_marker(pytest.mark.skip(reason=why))
        part = item.path.relative_to(HERE).parts[0] if item.path.is_relative_to(HERE) else ""
        if part in UNMEASURED or getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker("no_cover")
