"""The ten names for notebooks and programs: cases and predictions in, things that show themselves out.

Everything is a view of the result, as on the command line: in a notebook a prediction shows itself as a table, a
chain as a list with its drawing; printed, both are the text of the terminal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from theralogic.files.locations import case_names as files_of_cases
from theralogic.files.locations import load_case as read_case
from theralogic.files.locations import load_kb, read_case_file, read_named_case
from theralogic.model.edits import altered, case_from_words, changes_from_words, with_arm
from theralogic.model.errors import NotFoundError, TheralogicError, did_you_mean
from theralogic.model.names import find as id_of
from theralogic.model.records import Case, KnowledgeBase
from theralogic.model.result import Answer, Contrast, Result, to_json
from theralogic.model.search import Hit, search
from theralogic.reasoning.engines import engine_named
from theralogic.reasoning.evaluate import evaluate
from theralogic.render.causal_graph import picture
from theralogic.render.comparisons import whynot_text
from theralogic.render.drawing import to_svg
from theralogic.render.reasons import namer
from theralogic.render.report import report, report_data
from theralogic.render.templates import render, trusted
from theralogic.render.text import evaluation_text, explanation_text
from theralogic.render.web import chain, parts
from theralogic.render.web.page import asset
from theralogic.results.arm_view import ArmView, arm_view
from theralogic.results.assemble import solve as solve_case
from theralogic.results.questions import worth_asking
from theralogic.results.why_not import why_not as obstacles
from theralogic.verify import verify

__all__ = [
    "Prediction",
    "TheralogicError",
    "case_names",
    "find",
    "load_case",
    "load_rules",
    "predict",
    "solve",
    "what_if",
    "why_not",
]


@dataclass(frozen=True, repr=False)
class View:
    """Something to look at: ``str()`` is its text, a notebook shows its HTML, ``html`` and ``svg`` are at hand."""

    text: str
    html: str = ""
    svg: str = ""

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__

    def _repr_html_(self) -> str | None:
        return self.html or None

    def _repr_svg_(self) -> str | None:
        return self.svg or None

    def save(self, path: str | Path) -> Path:
        """Write the page, the drawing or the text to a file."""
        target = Path(path)
        target.write_text(self.html or self.svg or self.text, encoding="utf-8")
        return target


@dataclass(frozen=True, repr=False)
class Prediction:
    """What the rules predict for a case. ``str()`` is the table of effects; a notebook shows it as HTML."""

    rules: KnowledgeBase
    case: Case
    result: Result
    _arm: ArmView = field(compare=False)

    @property
    def answers(self) -> tuple[Answer, ...]:
        """The answers to what was asked, each with its reason."""
        return self.result.answers

    def __getitem__(self, entity: str) -> Answer:
        """The answer for an entity by id, name or alias; :class:`TheralogicError` where it was not asked."""
        wanted = id_of(self.rules, "entity", entity)
        for answer in self.answers:
            if answer.entity == wanted:
                return answer
        help = did_you_mean(entity, [a.name for a in self.answers]) or "ask for it when predicting"
        raise NotFoundError("unknown-entity", f"`{entity[:80]}` was not asked", help=help)

    def explain(self, entity: str | None = None, *, level: str = "steps") -> View:
        """The chain behind each answer, or behind one; ``level`` is brief, steps or full."""
        asked = self if entity is None else solve(self._asking(entity), rules=self.rules)
        already: dict[str, str] = {}
        chains = [chain.why(asked._arm, answer, "treated", already) for answer in asked.answers]
        used = chain.rules(asked._arm, chain.used_rules(asked._arm))
        wanted = asked.answers[0].entity if entity else None
        text = explanation_text(asked.result, asked.rules, entity=wanted, detail=level)
        template = "render/web/templates/notebook/explanation.html"
        return View(text, _cell(template, self.result, chains=[told for told in chains if told], rules=used))

    def draw(self, *entities: str, opposed: bool = False, down: bool = True) -> View:
        """The derivation of what was asked, or of some entities, as a drawing; ``opposed`` adds what was set aside."""
        wanted = [id_of(self.rules, "entity", e) for e in entities] or [a.entity for a in self.answers]
        shown = picture(self._arm, wanted, opposed=opposed)
        lines = [f"{node.label}: {node.mark}" for node in shown.nodes if node.mark]
        return View("\n".join(lines), svg=to_svg(shown, down=down))

    def report(self) -> View:
        """The whole case as one page; ``.save("case.html")`` writes it."""
        return View(str(self), report(report_data(self.rules, self.case, engine_named())))

    def check(self) -> list[str]:
        """What an independent check of every step objects to; empty where all of it holds."""
        return [str(fault) for fault in verify(self.rules, self.result, case=self.case)]

    def to_json(self) -> dict[str, Any]:
        """The result as plain data (schema ``theralogic/result/2``)."""
        data: dict[str, Any] = to_json(self.result)
        return data

    def __str__(self) -> str:
        return evaluation_text(self.result, self.rules)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        titles = {key: context.title for key, context in self.result.context.arms.items()}
        arms: list[tuple[str, tuple[Answer, ...], tuple[Contrast, ...]]] = [("as written", self.answers, ())]
        arms += [(titles[key], arm.answers, arm.versus_treated) for key, arm in self.result.arms.items()]
        table = parts.side_by_side(arms, self._arm.name) if len(arms) > 1 else parts.effects(self._arm)
        cautions = parts.cautions(self._arm)
        template = "render/web/templates/notebook/prediction.html"
        return _cell(template, self.result, title=self.case.title, table=table, cautions=cautions)

    def _asking(self, entity: str) -> Case:
        return self.case._replace(ask=(id_of(self.rules, "entity", entity),))


def load_rules(folder: str | Path | None = None) -> KnowledgeBase:
    """The rule base under a folder that holds ``rules/``; by default the shipped one."""
    return load_kb(Path(folder) if folder is not None else None)


def case_names() -> list[str]:
    """Names of the shipped cases."""
    return list(files_of_cases())


def load_case(name: str | Path, *, rules: KnowledgeBase | None = None) -> Case:
    """A shipped case by name, or a case file by path.

    Raises :class:`TheralogicError` with every problem of the file.
    """
    known = files_of_cases()
    path = known.get(str(name), Path(name))
    if not path.is_file():
        help = did_you_mean(str(name), known) or "see `theralogic.case_names()`"
        raise NotFoundError("unknown-case", f"unknown case `{str(name)[:80]}`", help=help)
    text = read_named_case(path, None) if str(name) in known else read_case_file(path)
    return read_case(text, str(name), rules or load_rules())


def solve(case: Case, *, rules: KnowledgeBase | None = None) -> Prediction:
    """The prediction for a case; one that asks nothing is asked what is worth asking."""
    kb = rules or load_rules()
    engine = engine_named()
    if not case.ask:
        case = case._replace(ask=worth_asking(kb, case, solve_case(kb, case._replace(arms=case.arms[:1]), engine)))
    result = solve_case(kb, case, engine)
    return Prediction(kb, case, result, arm_view(kb, result))


def predict(
    disease: str,
    *drugs: str,
    ask: Iterable[str] = (),
    levels: Mapping[str, str] | None = None,
    doses: Mapping[str, str] | None = None,
    rules: KnowledgeBase | None = None,
) -> Prediction:
    """What drugs do in a hypothetical patient, all by any of their names; ``levels`` are findings in this patient."""
    kb = rules or load_rules()
    return solve(case_from_words(kb, disease, drugs, ask=ask, levels=_pairs(levels), doses=_pairs(doses)), rules=kb)


def what_if(
    prediction: Prediction,
    *,
    add: Iterable[str] = (),
    remove: Iterable[str] = (),
    replace: Mapping[str, str] | None = None,
    levels: Mapping[str, str] | None = None,
    doses: Mapping[str, str] | None = None,
    title: str = "what if",
) -> Prediction:
    """The same patient with other drugs, doses or findings, beside the case as written."""
    kb, base = prediction.rules, prediction.case.arms[0]
    changes = changes_from_words(
        kb, base, add=add, remove=remove, replaced=_pairs(replace), levels=_pairs(levels), doses=_pairs(doses)
    )
    arm = altered(base, changes, id="what-if", title=title)
    case = prediction.case._replace(arms=(base,), ask=tuple(a.entity for a in prediction.answers))
    return solve(with_arm(case, arm), rules=kb)


def why_not(prediction: Prediction, entity: str) -> View:
    """What stops an effect on an entity, nearest first, and what would let it through; every way out was tried."""
    kb, engine = prediction.rules, engine_named()
    run = evaluate(kb, prediction.case._replace(arms=prediction.case.arms[:1]), engine).arms[0]
    found = obstacles(kb, prediction.case, run, id_of(kb, "entity", entity), engine)
    text = whynot_text(found, namer(kb), prediction.case.title, prediction.result.disclaimer, 100)
    reasons = parts.no_effect(found, namer(kb), "treated") if found.obstacles else None
    template = "render/web/templates/notebook/why_not.html"
    return View(text, _cell(template, prediction.result, reasons=reasons, text=text))


def find(text: str, *, rules: KnowledgeBase | None = None) -> list[Hit]:
    """Everything in the rule base that mentions a text, best places first."""
    return search(rules or load_rules(), text)


def _pairs(words: Mapping[str, str] | None) -> list[str]:
    return [f"{name}={value}" for name, value in (words or {}).items()]


def _cell(template: str, result: Result, **values: object) -> str:
    """HTML for the output of a notebook cell, from a template that extends ``cell.html``."""
    return render(template, style=trusted(asset("notebook.css")), disclaimer=result.disclaimer, **values)
