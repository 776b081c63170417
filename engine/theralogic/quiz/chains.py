"""Exercises about the chain: its missing step, its order, its wrong step, the lost part of a gate."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from theralogic.quiz.effects import derived_steps
from theralogic.quiz.item import AnswerOption, QuizItem, QuizSource, make_item
from theralogic.render.arm_sentences import chain_line
from theralogic.render.phrases import listed, moves, sentence
from theralogic.teach.grade_chain import grade, own_chain
from theralogic.teach.network import ChainLinks, chain_links, counterparts, siblings
from theralogic.teach.patterns import find_patterns
from theralogic.teach.read_chain import ClaimedLink, Term, chain_as_text

LIGANDS = ("cytokine", "chemokine", "growth_factor", "hormone")
TRUE = ("exact", "compressed", "valid_elsewhere")
Chain = tuple[tuple[str, int, str], ...]


def lost_part(src: QuizSource) -> Iterator[QuizItem | None]:
    """Which part of the gate is lost?"""
    kb = src.arm.kb
    for step in derived_steps(src):
        members = kb.entities[step.entity].members
        if step.rule != step.entity or step.direction != "decreases" or len(members) < 2:
            continue
        options = []
        for member in members:
            change = src.arm.changes.get(member.entity)
            lost = "increases" if member.negated else "decreases"
            right = change is not None and change.direction == lost
            rises = change is not None and change.direction == "increases"
            ligand = kb.entities[member.entity].kind in LIGANDS
            says = "rises" if rises else "is as it was"
            name = src.arm.name(member.entity)
            if member.negated:
                truth = f"Yes: {name} is there now, and {step.name} needs it away."
            else:
                truth = f"Yes: {name} is lost, and {step.name} needs it."
            options.append(
                AnswerOption(
                    f"no {name}" if member.negated else name,
                    right,
                    "level_for_activity" if ligand and not right else "",
                    truth if right else f"{name} {says}; that is not what shuts the gate.",
                )
            )
        needs = listed(("no " if m.negated else "") + src.arm.name(m.entity) for m in members)
        text = f"{sentence(moves(step))} It needs {needs}, all at once. Which of these no longer holds?"
        yield make_item(
            "lost_part", src, step.entity, text, options, patterns=["gate"], why=chain_line(src.arm, step.entity)
        )


def missing(src: QuizSource) -> Iterator[QuizItem | None]:
    """Which step is missing? The gate of a chain is left out, and no other thing may fit in its place."""
    for entity, chain in chains(src):
        net = chain_links(src.arm, entity)
        for at, (before, after) in enumerate(itertools.pairwise(chain)):
            middle = before[2]
            if not src.arm.kb.entities[middle].members:
                continue
            gap = _gap(src, chain, at)
            options = [AnswerOption(src.arm.name(middle), True, "", f"Yes: {chain_as_text(src.arm, chain)}.")]
            for other in (*counterparts(src.arm.kb, middle), *siblings(src.arm.kb, middle)):
                fits = _true(src, net, before[0], before[1], other) and _true(src, net, other, after[1], after[2])
                if fits or other in (before[0], after[2]):
                    continue
                says = (
                    f"{src.arm.name(other)} does not connect {src.arm.name(before[0])} with {src.arm.name(after[2])}."
                )
                slip = "level_for_activity" if src.arm.kb.entities[other].kind in LIGANDS else ""
                options.append(AnswerOption(src.arm.name(other), False, slip, says))
            one, two = src.arm.name(before[0]), src.arm.name(after[2])
            says = f"It needs all the parts of {src.arm.name(middle)}; {one} is only one of them, or acts on one."
            options.insert(1, AnswerOption(f"None: {one} reaches {two} by itself", False, "gate_missed", says))
            text = f"Which step is missing in this chain? {gap}"
            yield make_item(
                "missing",
                src,
                f"{entity}:{middle}",
                text,
                options,
                patterns=["gate"],
                why=chain_as_text(src.arm, chain),
            )
            break


def order(src: QuizSource) -> Iterator[QuizItem | None]:
    """In which order do the steps follow? A wrong order puts something before what brings it about."""
    for entity, chain in chains(src):
        nodes = [chain[0][0], *(link[2] for link in chain)]
        if len(nodes) < 4:
            continue
        nodes = nodes[:7]
        rank = {node: at for at, node in enumerate(nodes)}
        options = [AnswerOption(_row(src, nodes), True, "", "Yes: each step brings the next about.")]
        net = chain_links(src.arm, entity)
        for wrong, slip in _disorders(nodes):
            if all(_linked(src, net, a, b) for a, b in itertools.pairwise(wrong)):
                continue
            a, b = next((a, b) for a, b in itertools.pairwise(wrong) if rank[a] > rank[b])
            says = f"{src.arm.name(b)} comes before {src.arm.name(a)}: without it nothing moves {src.arm.name(a)}."
            options.append(AnswerOption(_row(src, wrong), False, slip, says))
        text = f"In which order does the effect reach {src.arm.name(nodes[-1])}?"
        patterns = [s.pattern for s in find_patterns(src.arm, entity)]
        yield make_item("order", src, entity, text, options, patterns=patterns, why=chain_as_text(src.arm, chain))


def _disorders(nodes: list[str]) -> Iterator[tuple[list[str], str]]:
    """Wrong orders: the end put early (a marker taken for a cause), two neighbours exchanged, the middle reversed."""
    yield [nodes[0], nodes[-1], *nodes[1:-1]], "marker_as_cause"
    for at in range(1, len(nodes) - 2):
        yield [*nodes[:at], nodes[at + 1], nodes[at], *nodes[at + 2 :]], ""
    yield [nodes[0], *nodes[-2:0:-1], nodes[-1]], ""


def wrong_step(src: QuizSource) -> Iterator[QuizItem | None]:
    """Which step is wrong? One sign is turned, and the grader must call that link wrong and all others true."""
    for entity, chain in chains(src):
        if len(chain) < 3:
            continue
        at = len(chain) // 2
        source, sign, target = chain[at]
        links = [*chain[:at], (source, -sign, target), *chain[at + 1 :]]
        claims = [ClaimedLink(Term(src.arm.name(s), s), way, Term(src.arm.name(t), t)) for s, way, t in links]
        truth = f"{src.arm.name(source)} {'raises' if sign > 0 else 'lowers'} {src.arm.name(target)}"
        options = []
        for link, mark in zip(links, grade(src.arm, entity, claims).marks, strict=True):
            wrong = mark.grade not in TRUE
            says = f"Yes: the sign is turned; {truth}." if wrong else "This step is as the rules have it."
            options.append(AnswerOption(chain_as_text(src.arm, [link]), wrong, "", says))
        text = f"One step of this chain is wrong. Which? {chain_as_text(src.arm, links)}"
        patterns = [s.pattern for s in find_patterns(src.arm, entity)]
        why = chain_as_text(src.arm, chain)
        yield make_item("wrong_step", src, entity, text, options, patterns=patterns, why=why, most=len(options))


def chains(src: QuizSource) -> Iterator[tuple[str, Chain]]:
    """The chain to each asked entity that changes, of two links or more."""
    for answer in src.arm.answers:
        if answer.direction in ("increases", "decreases") and answer.certainty != "contested":
            chain = own_chain(src.arm, answer.entity)
            if len(chain) > 1:
                yield answer.entity, chain


def _true(src: QuizSource, net: ChainLinks, source: str, sign: int, target: str) -> bool:
    """Whether a link can be defended: it worked here, directly or by way of others, or a rule states it."""
    if (source, sign, target) in net.known.rules:
        return True
    return bool(net.used.walk(source, sign, target, 60))


def _linked(src: QuizSource, net: ChainLinks, source: str, target: str) -> bool:
    return any(_true(src, net, source, sign, target) for sign in (1, -1))


def _gap(src: QuizSource, chain: Chain, at: int) -> str:
    said = src.arm.name(chain[0][0])
    for index, (_, sign, target) in enumerate(chain):
        said += f" {'->' if sign > 0 else '-|'} {'?' if index == at else src.arm.name(target)}"
    return said


def _row(src: QuizSource, nodes: list[str]) -> str:
    return ", then ".join(src.arm.name(node) for node in nodes)
