"""Checking a whole result: its inputs against the rule base, then every world, then what is said about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from theralogic.levels import LEVELS, given_strength, level_after
from theralogic.model import KnowledgeBase
from theralogic.result import Answer, Result, WorldRows
from theralogic.verify.claim import Claimed, World
from theralogic.verify.fault import Fault
from theralogic.verify.inputs import actions_given, levels_given, operative
from theralogic.verify.world import RANK, WAY, claims, world_faults

BASE = "treated"


def verify(kb: KnowledgeBase, result: Result) -> list[Fault]:
    """Every fault of a result under ``kb``; an empty list means every step holds."""
    if result.rules.get("digest") != kb.digest:
        message = f"the result rests on rules {result.rules.get('digest')}, these are {kb.digest}"
        return [Fault("other-rules", "rules", message)]
    return list(_faults(kb, result))


def _faults(kb: KnowledgeBase, result: Result) -> Iterator[Fault]:
    unknown = [d for d in result.context.diseases if d not in kb.diseases]
    if unknown:
        yield Fault("unknown-disease", "context", f"no disease `{unknown[0]}`")
        return
    expected = {BASE, *result.arms}
    if set(result.context.arms) != expected:
        yield Fault("arms-differ", "context", f"arms should be {', '.join(sorted(expected))}")
        return
    for name in result.context.arms:
        whole = result if name == BASE else result.arms[name]
        yield from _arm_faults(kb, result, name, whole.answers, whole.worlds)
    yield from _caution_faults(kb, result)


def _arm_faults(
    kb: KnowledgeBase, result: Result, arm: str, answers: tuple[Answer, ...], worlds: Mapping[str, WorldRows]
) -> Iterator[Fault]:
    context = result.context.arms[arm]
    wanted = {"untreated", "treated"} if context.interventions else {"untreated"}
    if set(worlds) != wanted:
        yield Fault("worlds-differ", arm, f"worlds should be {', '.join(sorted(wanted))}")
        return
    bad = next(_bad_names(kb, arm, worlds, context.findings), None)
    if bad:
        yield bad
        return
    levels = levels_given(kb, result.context.diseases, context.findings)
    healthy = {e.id: e.level for e in kb.entities.values() if not e.members}
    given = {e: (1 if level > healthy[e] else -1, given_strength(level, healthy[e]), "") for e, level in levels.items()}
    rules = operative(kb, result, arm, treated=False)
    untreated = worlds["untreated"]
    claimed = claims(untreated)
    yield from world_faults(
        kb, f"{arm}/untreated", World(kb.entities, rules, healthy, claimed, frozenset(given)), untreated, given
    )
    before = dict(healthy)
    for entity, claim in claimed.items():
        if entity in before and entity not in levels:
            before[entity] = level_after(healthy[entity], claim.direction, claim.strength)
    before.update(levels)
    stated = {e: LEVELS[level] for e, level in before.items() if level != healthy[e]}
    if dict(untreated.levels or {}) != stated:
        odd = sorted(set(stated.items()) ^ set((untreated.levels or {}).items()))[0][0]
        yield Fault("wrong-level", f"{arm}/untreated/{odd}", f"should be {stated.get(odd, 'as in health')}")
    final, final_rows = claimed, untreated
    if context.interventions:
        faults, pulls = actions_given(kb, arm, context)
        yield from faults
        rules = operative(kb, result, arm, treated=True)
        final_rows = worlds["treated"]
        final = claims(final_rows)
        world = World(kb.entities, rules, before, final, frozenset(pulls))
        yield from world_faults(kb, f"{arm}/treated", world, final_rows, pulls)
    yield from _context_faults(kb, arm, context.operative, len(list(rules)))
    yield from _answer_faults(arm, answers, final, final_rows)


def _bad_names(
    kb: KnowledgeBase, arm: str, worlds: Mapping[str, WorldRows], findings: Mapping[str, str]
) -> Iterator[Fault]:
    for entity, level in findings.items():
        if entity not in kb.entities or kb.entities[entity].members or level not in LEVELS:
            yield Fault("bad-finding", f"{arm}/{entity}", f"`{entity}` at `{level}` is no finding")
    for name, world in worlds.items():
        seen: set[str] = set()
        for change in world.changes:
            where = f"{arm}/{name}/{change.entity}"
            if change.entity not in kb.entities:
                yield Fault("unknown-entity", where, f"no entity `{change.entity}`")
            elif change.direction not in WAY or change.strength not in RANK or change.steps < 0:
                yield Fault("bad-word", where, f"`{change.direction}` `{change.strength}` is no change")
            elif change.entity in seen:
                yield Fault("settled-twice", where, "an entity settles once")
            elif change.name != kb.entities[change.entity].name:
                yield Fault("wrong-name", where, f"is called {kb.entities[change.entity].name}")
            seen.add(change.entity)


def _context_faults(kb: KnowledgeBase, arm: str, stated: int, counted: int) -> Iterator[Fault]:
    if stated != counted:
        yield Fault("wrong-context", arm, f"{counted} rules hold, not {stated}, of {len(kb.mechanisms)}")


def _answer_faults(
    arm: str, answers: tuple[Answer, ...], final: Mapping[str, Claimed], rows: WorldRows
) -> Iterator[Fault]:
    settled = {change.entity: change for change in rows.changes}
    for answer in answers:
        where = f"{arm}/answers/{answer.entity}"
        change = settled.get(answer.entity)
        if change is None:
            if answer.direction != "no_effect" or not answer.reason:
                yield Fault("wrong-answer", where, "does not change, and an answer says why")
            elif (answer.strength, answer.certainty, answer.onset) != (None, None, None):
                yield Fault("wrong-answer", where, "what does not change has no strength, certainty or onset")
        elif (answer.direction, answer.strength, answer.certainty, answer.onset) != (
            change.direction,
            change.strength,
            change.certainty,
            change.onset,
        ):
            yield Fault("wrong-answer", where, f"should be {change.direction} {change.strength}, {change.certainty}")


def _caution_faults(kb: KnowledgeBase, result: Result) -> Iterator[Fault]:
    from theralogic.verify.cautions import expected_cautions

    expected = expected_cautions(kb, result)
    stated = {(c.arm, c.id): c.say for c in result.cautions}
    for arm, identity in sorted(expected.keys() ^ stated.keys()):
        what = "should be said" if (arm, identity) in expected else "should not be said"
        yield Fault("wrong-caution", f"{arm}/{identity}", what)
    for key in sorted(expected.keys() & stated.keys()):
        if expected[key] != stated[key]:
            yield Fault("wrong-caution", "/".join(key), "says something else than the rule")
