"""Which changes of the code no test notices.

``python tools/mutants.py PART [SAMPLE]`` changes one thing at a time in the modules of a part (a comparison, a
constant, an operator, a condition, a call) and runs the tests that ought to notice, each time in a process of its own.
First in one in which the tests are found already and the changed function only gets its new code, which is quick; what
is not noticed there, from the start. A mutant that survives is printed as a diff of one line. Which survivors there
are, and why, is kept in docs/mutation.md.
"""

from __future__ import annotations

import ast
import copy
import importlib.abc
import importlib.machinery
import inspect
import os
import random
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

ROOT = Path(__file__).parent.parent
ENGINE = ROOT / "engine"
SECONDS = 40
SEMANTICS = [
    "tests/oracle/test_conformance.py",
    "tests/unit/test_verify_damage.py::test_sound_results_hold_with_their_case_and_without",
    "tests/oracle/test_engines_agree.py::test_what_once_went_wrong_stays_right",
    "tests/oracle/test_engines_agree.py::test_both_engines_say_the_same_about_random_worlds",
    "tests/unit/test_assemble.py",
    "tests/unit/test_reasons.py",
    "tests/unit/test_semantics_properties.py",
]
PARTS: dict[str, tuple[list[str], list[str]]] = {
    "levels": (["model.levels"], SEMANTICS),
    "kernel": (["reasoning.kernel"], SEMANTICS),
    "proposals": (["reasoning.proposals", "reasoning.redundancy"], SEMANTICS),
    "agenda": (["reasoning.agenda"], SEMANTICS),
    "reference": (["reasoning.reference"], SEMANTICS),
    "verify": (
        [f"verify.{p.stem}" for p in sorted((ENGINE / "theralogic" / "verify").glob("[a-z]*.py"))],
        [
            "tests/unit/test_verify_expected_answers.py",
            "tests/unit/test_verify.py",
            "tests/unit/test_verify_bounds.py",
            "tests/unit/test_tampering.py",
            "tests/unit/test_verify_damage.py",
        ],
    ),
    "loader": (
        [
            "files.load",
            "files.resolve",
            "files.yaml_reader",
            "files.tree",
            "files.cases",
            "files.name_paths",
            "model.safe_text",
        ],
        [
            "tests/unit/test_everything_written.py",
            "tests/unit/test_told_on_loading.py",
            "tests/unit/test_yaml_reader.py",
            "tests/broken",
            "tests/unit/test_files.py",
        ],
    ),
}
# Assertions stay plain: rewriting them would warn of what is loaded already, and a warning is an error.
QUICK = ["-x", "-q", "--tb=no", "--assert=plain", "-p", "no:cacheprovider", "-o", "markers=no_cover"]
# In this process, where the mutant is; plugins that options in pyproject.toml belong to are not loaded.
QUICK += ["-o", "addopts=--import-mode=importlib"]
Mutant = tuple[str, Path, str, ast.Module]
COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip
CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}


def changes(node: ast.AST) -> Iterator[ast.AST]:
    """What could stand in place of a node."""
    if isinstance(node, ast.Compare):
        for at, operator in enumerate(node.ops):
            other = copy.deepcopy(node)
            other.ops[at] = COMPARISONS[type(operator)]()
            yield other
    elif isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        yield ast.BinOp(node.left, OPERATORS[type(node.op)](), node.right)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.And() if isinstance(node.op, ast.Or) else ast.Or(), node.values)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.USub)):
        yield node.operand
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        yield ast.Constant(node.value + 1)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
        yield ast.Call(ast.Name(CALLS[node.func.id], ast.Load()), node.args, node.keywords)
    elif isinstance(node, ast.IfExp):
        yield ast.IfExp(node.test, node.orelse, node.body)
    elif isinstance(node, (ast.If, ast.While)):
        never = copy.deepcopy(node)
        never.test = ast.Constant(False)
        yield never


def mutants(source: str) -> Iterator[tuple[str, ast.Module]]:
    """Every mutant of a module, with the line before and after."""
    tree = ast.parse(source)
    original = ast.unparse(tree).splitlines()
    for parent, field, at, child in list(_places(tree)):
        for other in changes(child):
            _put(parent, field, at, other)
            tree_now = ast.fix_missing_locations(copy.deepcopy(tree))
            _put(parent, field, at, child)
            yield _difference(original, ast.unparse(tree_now).splitlines()), tree_now


def _places(parent: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, ast.AST]]:
    """Every node of what is run, after its parent and where it stands there; types are no behaviour."""
    for field, value in ast.iter_fields(parent):
        if field not in ("annotation", "returns", "decorator_list", "type_params"):
            for at, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if isinstance(child, ast.AST):
                    yield parent, field, at, child
                    yield from _places(child)


def _put(parent: ast.AST, field: str, at: int | None, node: ast.AST) -> None:
    if at is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[at] = node


def _difference(before: list[str], after: list[str]) -> str:
    pairs = zip([*before, ""], [*after, ""], strict=False)
    number, (old, new) = next(((n, pair) for n, pair in enumerate(pairs, 1) if pair[0] != pair[1]), (0, ("", "")))
    return f"{old.strip()}  =>  {new.strip()}" if number else ""


class _Mutated(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Gives one module of the package another body."""

    def __init__(self, name: str, path: Path, tree: ast.Module) -> None:
        self.name, self.path, self.tree = name, path, tree

    def find_spec(self, fullname: str, *_: object) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.name:
            return None
        spec = importlib.machinery.ModuleSpec(fullname, self, origin=str(self.path))
        spec.has_location = True
        return spec

    def get_source(self, fullname: str) -> str:
        return self.path.read_text(encoding="utf-8")

    def get_code(self, fullname: str) -> CodeType:
        code: CodeType = compile(self.tree, str(self.path), "exec")
        return code


def fate(name: str, path: Path, tree: ast.Module, tests: list[str]) -> str:
    """What becomes of a mutant: ``killed`` by a test, out of ``time`` (is it one that never ends?), or it ``lives``."""
    child = os.fork()
    if child:
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return "lives" if code == 0 else "time" if code in (-signal.SIGPROF, -signal.SIGALRM) else "killed"
    _limit()
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    sys.meta_path.insert(0, _Mutated(name, path, tree))
    import pytest

    os._exit(0 if pytest.main([*QUICK, *tests]) == 0 else 1)


def _limit() -> None:
    """End what works for too long, however busy the machine, and what waits for ever."""
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    signal.alarm(5 * SECONDS)


class _Swapping:
    """Tries mutants where everything is loaded and the tests are found, by giving the changed function its new code.

    That takes a fifth of the time. What is no part of a function, or is not noticed here, is tried from the start.
    """

    def __init__(self, found: list[Mutant], killed: int) -> None:
        self.found, self.killed = found, killed

    def pytest_runtestloop(self, session: Any) -> bool:
        if self._noticed(session, None):
            return True  # these tests can't be run like this
        for at, mutant in enumerate(self.found):
            if self._noticed(session, mutant):
                os.write(self.killed, f"{at}\n".encode())
        return True

    def _noticed(self, session: Any, mutant: Mutant | None) -> bool:
        child = os.fork()
        if not child:
            _limit()
            os._exit((mutant is None or _swapped(mutant)) and _failing(session))
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1


def _failing(session: Any) -> bool:
    for item, following in zip(session.items, [*session.items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            return True
    return False


def _swapped(mutant: Mutant) -> bool:
    """Give the functions that differ their code of the mutant; whether there are any."""
    module, path, _, tree = mutant
    name = f"theralogic.{module}"
    fresh = ModuleType(name)
    exec(compile(tree, str(path), "exec"), vars(fresh))
    new = dict(_functions(fresh))
    differing = [(old, new[who]) for who, old in _functions(sys.modules[name]) if old.__code__ != new[who].__code__]
    for old, other in differing:
        old.__code__ = other.__code__
    return bool(differing)


def _functions(module: ModuleType) -> Iterator[tuple[str, FunctionType]]:
    classes = [kind for kind in vars(module).values() if isinstance(kind, type) and kind.__module__ == module.__name__]
    for value in [value for holder in (module, *classes) for value in vars(holder).values()]:
        function = inspect.unwrap(getattr(value, "__func__", value)) if callable(value) else value
        if isinstance(function, FunctionType) and function.__module__ == module.__name__:
            yield function.__qualname__, function


def killed_by_swapping(found: list[Mutant], tests: list[str]) -> set[int]:
    """The places of the mutants that a test notices at once."""
    here, there = os.pipe()
    child = os.fork()
    if not child:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        import pytest

        pytest.main([*QUICK, *tests], plugins=[_Swapping(found, there)])
        os._exit(0)
    os.close(there)
    killed = set()
    with os.fdopen(here) as lines:
        for line in lines:
            killed.add(int(line))
            if len(killed) % 50 == 0:
                print(f"{len(killed)} killed, {int(line) + 1} of {len(found)} tried", file=sys.stderr)
    os.waitpid(child, 0)
    return killed


def main(arguments: list[str]) -> int:
    """Try the mutants of a part, all or a sample; exit code 1 where five in a hundred or more survive."""
    if not arguments or arguments[0] not in PARTS:
        print(f"usage: mutants.py {'|'.join(PARTS)} [SAMPLE]", file=sys.stderr)
        return 2
    os.environ.update(THERALOGIC_WORLDS="150", THERALOGIC_DAMAGES="1500", THERALOGIC_CACHE="off")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    import clingo  # noqa: F401
    import hypothesis  # noqa: F401
    import pydantic  # noqa: F401
    import pytest  # noqa: F401
    import yaml  # noqa: F401

    os.chdir(ROOT)
    modules, tests = PARTS[arguments[0]]
    found: list[Mutant] = []
    for module in modules:
        path = ENGINE / "theralogic" / f"{module.replace('.', '/')}.py"
        found += [(module, path, line, tree) for line, tree in mutants(path.read_text(encoding="utf-8")) if line]
    if len(arguments) > 1:
        found = random.Random(0).sample(found, min(int(arguments[1]), len(found)))
    tests = [test for test in tests if Path(test.partition("::")[0]).exists()]
    module, path = found[0][:2]
    if fate(f"theralogic.{module}", path, ast.parse(path.read_text(encoding="utf-8")), tests) != "lives":
        print("the tests fail without any change, so they would tell nothing", file=sys.stderr)
        return 1
    left, killed = 0, killed_by_swapping(found, tests)
    for module, path, line, tree in (mutant for at, mutant in enumerate(found) if at not in killed):
        what = fate(f"theralogic.{module}", path, tree, tests)
        left += what == "lives"
        if what != "killed":
            print(f"{what}: {module}: {line}", flush=True)
    print(f"{left} of {len(found)} survive")
    return 1 if left * 20 >= len(found) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
