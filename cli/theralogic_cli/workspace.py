"""What a command works with: the rules, the engine and the cases that its options name, and where its output goes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from theralogic_cli.exits import Exit, stop
from theralogic_cli.output import as_json, count, log, read_input, write_output

if TYPE_CHECKING:
    from theralogic.model.errors import TheralogicError
    from theralogic.model.records import Arm, Case, KnowledgeBase
    from theralogic.model.result import Result
    from theralogic.reasoning.evaluate import Engine, EvaluationCache
    from theralogic.verify import Verdict


class Workspace:
    """One for each run of a command: the shared options fill it, and what takes time is loaded when it is asked for."""

    def __init__(self) -> None:
        self.kb: str | None = None
        self.engine_name: str | None = None
        self.format = "text"
        self.output: str | None = None

    # -- what comes in ----------------------------------------------------------------------------------

    @cached_property
    def root(self) -> Path | None:
        """The folder that ``--kb`` names; None for the shipped rules and cases."""
        return None if self.kb is None else Path(self.kb)

    @cached_property
    def rules(self) -> KnowledgeBase:
        """The rule base."""
        from theralogic.files.locations import load_kb

        return load_kb(self.root)

    @cached_property
    def engine(self) -> Engine:
        """The engine that ``--engine`` names, or the default one."""
        from theralogic.reasoning.engines import engine_named

        return engine_named(self.engine_name)

    @cached_property
    def cache(self) -> EvaluationCache:
        """What all cases of this command share, above all the untreated patients."""
        from theralogic.reasoning.evaluate import EvaluationCache

        return EvaluationCache(self.rules, self.engine)

    @cached_property
    def case_files(self) -> dict[str, Path]:
        """The cases that can be named by id, each with its file."""
        from theralogic.files.locations import case_names

        return case_names(self.root)

    def case(self, name: str) -> Case:
        """A case by path, by id, or ``-`` for stdin."""
        return self._read(self.rules, name)

    def _read(self, rules: KnowledgeBase, name: str) -> Case:
        from theralogic.files.locations import load_case, read_named_case
        from theralogic.model.errors import NotFoundError, did_you_mean

        if name == "-":
            return load_case(read_input("-"), "<stdin>", rules)
        known = self.case_files
        if name in known:
            return load_case(read_named_case(known[name], self.root), f"cases/{known[name].name}", rules)
        if os.path.isfile(name) or "/" in name or name.endswith((".yaml", ".yml")):
            if not os.path.exists(name):  # unlike Path.exists, no error for what no file system takes as a name
                raise NotFoundError("unknown-case", f"no case file `{name[:200]}`", help="check the path")
            return load_case(read_input(name), name, rules)
        here = next((name + end for end in (".yaml", ".yml") if os.path.isfile(name + end)), None)
        meant = f"for the file here write `{here}`" if here else did_you_mean(name, known)
        help = meant or "see `theralogic cases list`"
        raise NotFoundError("unknown-case", f"unknown case `{name[:80]}`", help=help)

    def cases(self, names: Iterable[str]) -> list[Case]:
        """Several cases; raises one error with all that is wrong with any of them."""
        cases, wrong = self.readable_cases(names)
        if wrong:
            raise wrong
        return cases

    def readable_cases(self, names: Iterable[str]) -> tuple[list[Case], TheralogicError | None]:
        """Every case that can be read, and all that is wrong with the others as one error."""
        from theralogic.model.errors import InvalidInputError, NotFoundError, Problem

        rules = self.rules  # a folder without rules is told as one, even where it has no case
        cases: list[Case] = []
        wrong: dict[type[TheralogicError], list[Problem]] = {InvalidInputError: [], NotFoundError: []}
        for name in names:
            try:
                cases.append(self._read(rules, name))
            except (InvalidInputError, NotFoundError) as error:
                wrong[NotFoundError if isinstance(error, NotFoundError) else InvalidInputError].extend(error.problems)
        problems = [problem for group in wrong.values() for problem in group]
        kind = InvalidInputError if wrong[InvalidInputError] else NotFoundError
        return cases, kind.of(problems) if problems else None

    def solve(self, case: Case, *, by: int = -1, check: bool = False) -> Result:
        """The result of a case; with ``check`` one that does not hold is not shown, its faults are."""
        from theralogic.results.assemble import solve

        result = solve(self.rules, case, self.engine, by=by, cache=self.cache)
        if check:
            self._must_hold(case, result, by)
        return result

    def _must_hold(self, case: Case, result: Result, by: int) -> None:
        from theralogic.verify import judge

        verdict = judge(self.rules, result, case=case, by=by)
        if not verdict.holds:
            log("\n".join(faults_in_words(verdict)))
            stop(Exit.NOT_MET)
        log(f"verified: every step of `{case.id}` holds")

    # -- what goes out ----------------------------------------------------------------------------------

    def write(self, text: str) -> None:
        """Text to where ``-o`` says."""
        write_output(text, self.output)

    def emit(self, *, json: Callable[[], object], **texts: Callable[[], str]) -> None:
        """Write what ``--format`` asks for; only that form is made."""
        self.write(as_json(json()) if self.format == "json" else texts[self.format]())


pass_workspace = click.make_pass_decorator(Workspace, ensure=True)
"""Hand the workspace to a command as its first argument."""


def arm_named(case: Case, name: str) -> Arm:
    """An arm of a case by its id; raises :class:`NotFoundError` (``unknown-arm``)."""
    from theralogic.model.errors import NotFoundError, did_you_mean

    arms = {arm.id: arm for arm in case.arms}
    if name not in arms:
        help = f"{did_you_mean(name, arms) or ''} arms are {', '.join(arms)}".strip()
        raise NotFoundError("unknown-arm", f"unknown arm `{name[:80]}`", help=help)
    return arms[name]


def faults_in_words(verdict: Verdict) -> list[str]:
    """One line a fault, and how many there are with those that are not told."""
    told = [f"{f.where[:200]}: {f.message[:1000]} [{f.code}]" for f in verdict.faults]
    more = f", the first {len(told)} are told" if verdict.more else ""
    return [*told, count(len(told) + verdict.more, "fault") + more]
