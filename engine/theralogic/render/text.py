"""A result in words that a student can read aloud: verdicts, then the chain to each, then what was set aside."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from itertools import zip_longest

from theralogic.model.records import BASE_ARM, KnowledgeBase
from theralogic.model.result import Answer, ChangeRow, Result, Vote
from theralogic.render import arm_sentences
from theralogic.render.evidence import cited_in_full
from theralogic.render.phrases import CERTAIN, HOW, WHEN, columns, does, question
from theralogic.render.reasons import combination_text, stillness
from theralogic.results.arm_view import ArmView, arm_view
from theralogic.results.explain import derivation

WIDTH = 100
NAME_ROOM = 15  # columns for a name below which a sentence reads better than a table
HYPOTHETICAL = "hypothetical case, for teaching"


class Page:
    """An arm told in lines of a given width; steps told once are referred to by number afterwards."""

    def __init__(self, arm: ArmView, width: int = WIDTH) -> None:
        self.arm = arm
        self.width = width
        self.told: dict[str, int] = {}

    # -- verdicts ---------------------------------------------------------------------------------------

    def heading(self) -> list[str]:
        return headed(arm_sentences.title(self.arm), self.width)

    def effects(self) -> list[str]:
        """One line per answer: what, which way, how strongly, how surely, when; or why nothing happens."""
        rows = [self.effect(answer) for answer in self.arm.answers]
        lines = fitted(_fives(rows), self.width)
        if any(len(line) > self.width for line in lines):
            told = [f"{what} {way} {how}; {certain}; {when}" for what, way, how, certain, when in _fives(rows)]
            lines = [line for text in told for line in self.wrap(text, "  ", "      ")]
        for row in rows:
            if len(row) == 2:
                lines += textwrap.wrap(
                    f"{row[0]} {row[1]}", self.width, initial_indent="  ", subsequent_indent="      "
                )
        return lines

    def effect(self, answer: Answer) -> tuple[str, ...]:
        if answer.direction == "no_effect":
            return (answer.name, f"{does(answer.name, answer.direction)}: {self.stillness(answer)}")
        strength = HOW[answer.strength or "weak"] if answer.direction != "ambiguous" else f"({answer.strength})"
        certainty = CERTAIN[answer.certainty or "given"]
        return (answer.name, does(answer.name, answer.direction), strength, certainty, WHEN[answer.onset or "minutes"])

    def stillness(self, answer: Answer) -> str:
        """Why nothing happens, with the kind of reason as a word to look up."""
        kind = answer.reason.kind if answer.reason else None
        return f"{stillness(self.arm.name, answer)} [{kind}]"

    def warnings(self) -> list[str]:
        """The cautions of the arm, a line each."""
        told = arm_sentences.cautions(self.arm)
        return [line for caution in told for line in self.wrap(f"caution: {caution.say}", "  ", "    ")]

    def oddities(self) -> list[str]:
        """Findings that contradict the disease, a line each."""
        told = arm_sentences.atypical(self.arm)
        return [line for text in told for line in self.wrap(f"atypical: {text}", "  ", "    ")]

    # -- chains -----------------------------------------------------------------------------------------

    def why(self, answer: Answer, detail: str) -> list[str]:
        """The chain behind one answer at a level of detail."""
        found = derivation(self.arm.world, answer.entity)
        if found is None:
            return []
        if detail == "brief":
            verdict = f"{answer.name} {does(answer.name, answer.direction)}"
            return list(self.wrap(f"{verdict}: {arm_sentences.chain_line(self.arm, answer.entity)}", "  ", "      "))
        lines = [question(answer)]
        before = set(self.told)
        known = sorted(self.told[s.entity] for s in found.steps if s.entity in before)
        if known:
            lines.append(f"  (from step{'s' if len(known) > 1 else ''} {_ranges(known)} above)")
        for step in found.steps:
            if step.entity not in self.told:
                self.told[step.entity] = len(self.told) + 1
                lines += self.step(step, detail)
        lines += self.set_aside([vote for vote in found.set_aside if vote[0] not in before], detail)
        return lines

    def step(self, step: ChangeRow, detail: str) -> list[str]:
        number = f"{self.told[step.entity]}. ".rjust(6)
        lines = self.wrap(arm_sentences.says(self.arm, step), number, " " * 6)
        lines += self.wrap(f"[{arm_sentences.source_of(step)}]", " " * 6, " " * 7)
        for remark in arm_sentences.remarks(self.arm, step):
            lines += self.wrap(remark, " " * 6, " " * 8)
        rule = self.arm.mechanisms.get(step.rule)
        if detail == "full":
            lines += self.wrap(f"{CERTAIN[step.certainty]}; {WHEN[step.onset]}; step {step.steps}", " " * 6, " " * 8)
            if rule and rule.limits:
                lines += self.wrap(f"Does not hold: {rule.limits}", " " * 6, " " * 8)
            for item in rule.evidence if rule else ():
                lines += self.wrap(cited_in_full(item), " " * 6, " " * 8)
            others = sorted({v.rule for v in step.support} - {step.rule})
            if others:
                lines += self.wrap(f"Also for it: {', '.join(others)}", " " * 6, " " * 8)
        return lines

    def set_aside(self, votes: Sequence[tuple[str, Vote]], detail: str) -> list[str]:
        shown = votes if detail == "full" else votes[:4]
        told = [arm_sentences.opposition(self.arm, *vote) for vote in shown]
        lines = [line for text in told for line in self.wrap(text, "    - ", "      ")]
        hidden = len(votes) - len(shown)
        if hidden > 0:
            lines.append(f"    - {hidden} more with --level full")
        return ["  Set aside", *lines] if lines else []

    def wrap(self, text: str, first: str, rest: str) -> list[str]:
        return textwrap.wrap(
            text,
            self.width,
            initial_indent=first,
            subsequent_indent=rest,
            break_on_hyphens=False,
            break_long_words=False,
        )


def headed(title: str, width: int) -> list[str]:
    """The first line of every text about a patient: what it is about, and that nobody is."""
    if len(title) + len(HYPOTHETICAL) + 2 > width:
        return [title, HYPOTHETICAL]
    return [f"{title}{HYPOTHETICAL.rjust(width - len(title))}"]


def fitted(rows: Sequence[tuple[str, ...]], width: int, *, fold: bool = False) -> list[str]:
    """Rows as columns within ``width``, long names on several lines; too wide still where names get no room.

    With ``fold`` the other columns are broken too where they leave names no room, a word a line at the narrowest.
    """
    lines = columns(rows)
    columned = list(zip(*rows, strict=True))
    wide = [max(map(len, column)) for column in columned]
    over = max(map(len, lines), default=0) - width
    if over <= 0:
        return lines
    room, cells = wide[0] - over, wide[1:]
    if fold and room < NAME_ROOM:
        narrow = [max((len(word) for cell in column for word in cell.split()), default=1) for column in columned[1:]]
        room, cells = room + sum(cells) - sum(narrow), narrow
    if room < NAME_ROOM:
        return lines
    return columns([line for row in rows for line in _broken(row, (room, *cells))])


def _broken(row: tuple[str, ...], widths: Sequence[int]) -> Iterable[tuple[str, ...]]:
    """A row as several, each cell broken to its width; where a name goes on it is set in."""
    parts = [
        textwrap.wrap(cell, width, subsequent_indent="" if at else "  ", break_long_words=False, break_on_hyphens=False)
        for at, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return zip_longest(*parts, fillvalue="")


def _fives(rows: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    return [row for row in rows if len(row) == 5]


def _ranges(numbers: list[int]) -> str:
    """``[1, 2, 3, 5]`` as ``1-3, 5``."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)


def evaluation_text(result: Result, kb: KnowledgeBase, width: int = WIDTH) -> str:
    """Predicted effects of a case and of its arms."""
    lines: list[str] = []
    for arm in (BASE_ARM, *result.arms):
        page = Page(arm_view(kb, result, arm), width)
        lines += [*page.heading(), "", *page.effects(), *page.warnings(), *page.oddities(), ""]
    return "\n".join([*lines, result.disclaimer])


def explanation_text(
    result: Result,
    kb: KnowledgeBase,
    *,
    entity: str | None = None,
    arm: str = BASE_ARM,
    detail: str = "steps",
    width: int = WIDTH,
) -> str:
    """Verdicts and chains of one arm; one entity only where ``entity`` is given.

    The case as written is followed by what its other arms change.
    """
    page = Page(arm_view(kb, result, arm), width)
    lines = [*page.heading(), ""]
    if result.context.vignette and entity is None:
        lines += [
            *textwrap.wrap(result.context.vignette.strip(), width, initial_indent="  ", subsequent_indent="  "),
            "",
        ]
    lines += [*page.effects(), *page.oddities(), ""]
    for answer in page.arm.answers:
        chain = page.why(answer, detail)
        if chain:
            lines += [*chain, *([] if detail == "brief" else [""])]
    if detail == "brief":
        lines.append("")
    if page.arm.cautions:
        lines += ["Cautions", *page.warnings(), ""]
    for other in result.arms if entity is None and arm == BASE_ARM else ():
        lines += arm_lines(result, kb, other, width)
    context = page.arm.context
    left = sum(context.left_out.values())
    lines += textwrap.wrap(
        f"Context: {context.operative} rules hold in this patient, {left} do not. Rules {result.rules['digest'][:12]}, "
        f"engine {result.engine}.",
        width,
    )
    return "\n".join([*lines, result.disclaimer])


def arm_lines(result: Result, kb: KnowledgeBase, arm: str, width: int) -> list[str]:
    """An arm against the case as written."""
    page = Page(arm_view(kb, result, arm), width)
    lines = [f"What if: {page.arm.context.title}", *page.effects()]
    for row in result.arms[arm].versus_treated:
        if row.kind and row.entity in {a.entity for a in page.arm.answers}:
            text = f"{row.name}: {row.kind.replace('_', ' ')}" + (
                f" ({how})" if (how := combination_text(page.arm.name, row)) else ""
            )
            lines += page.wrap(text, "    ", "      ")
    return [*lines, ""]
