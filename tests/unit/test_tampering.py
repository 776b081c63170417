"""Whoever changes a saved result is found out, or the verdict names what it had to take as stated.

The table has one kind of tampering a line. Each is tried on results of known and of unknown cases, of one question, of
everything that changes, of a what-if, of a prediction without a case, and of the schema before.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from tests.unit.tampered import (
    SOURCES,
    Edit,
    added,
    as_text,
    changed_at,
    doubled,
    emptied,
    gone,
    more,
    moved,
    outcome,
    paths,
    put,
    reversed_,
    without_first,
    without_last,
)

from theralogic.model import result
from theralogic.model.levels import ONSETS, STRENGTHS
from theralogic.model.result import SCHEMA, SCHEMA_1

CHANGES = "worlds/*/changes"
ROW = f"{CHANGES}/*"
VOTE = {
    "rule": "IL6-raises-CRP",
    "source": "IL6",
    "direction": "increases",
    "strength": "weak",
    "steps": 1,
    "feedback": [],
}
ARM = "arms/*"
ODD = {"entity": "TNF", "finding": "low", "predicted": "high"}
INPUT = "context/arms/*"
TREATED = "context/arms/treated"
GIVEN = f"{INPUT}/interventions"


class Kind(NamedTuple):
    """One kind of tampering. ``may`` is the place that the verdict may name instead of a fault, where it can't know.

    Of a known case that is not enough, unless ``always``: then nobody can know.
    """

    name: str
    edit: Edit
    may: str = ""
    always: bool = False


def turned(way: str) -> str:
    return "increases" if way != "increases" else "decreases"


def raised(word: str | None) -> str:
    return STRENGTHS[min(STRENGTHS.index(word) + 1, 3)] if word else "strong"


def earlier(word: str | None) -> str:
    return ONSETS[max(ONSETS.index(word) - 1, 0)] if word else "minutes"


def favourable(answers: list[Any]) -> list[Any]:
    return [answer for answer in answers if answer["direction"] == "decreases"]


def an_effect(answer: Any) -> Any:
    if answer["reason"] is None:
        return answer
    return {
        **answer,
        "direction": "decreases",
        "strength": "strong",
        "certainty": "unopposed",
        "reason": None,
        "onset": "days",
    }


def no_effect(answer: Any) -> Any:
    if answer["reason"] is not None:
        return answer
    return {**answer, "direction": "no_effect", "strength": None, "certainty": None, "onset": None}


def rename_arm(data: Any) -> None:
    name = sorted(data["arms"])[0]
    data["arms"]["cure"], data["context"]["arms"]["cure"] = data["arms"].pop(name), data["context"]["arms"].pop(name)
    for row in data["cautions"]:
        row["arm"] = "cure" if row["arm"] == name else row["arm"]


def copy_arm(data: Any) -> None:
    name = list(data["arms"])[-1]
    data["arms"]["again"], data["context"]["arms"]["again"] = data["arms"][name], data["context"]["arms"][name]
    data["cautions"] += [{**row, "arm": "again"} for row in data["cautions"] if row["arm"] == name]


def take_arm_out(data: Any) -> None:
    name, _ = sorted(data["arms"])[:2]
    del data["arms"][name], data["context"]["arms"][name]
    data["cautions"] = [row for row in data["cautions"] if row["arm"] != name]


def only_the_case(data: Any) -> None:
    del data["arms"][next(iter(data["arms"]))]
    data["arms"] = {}
    data["context"]["arms"] = {"treated": data["context"]["arms"]["treated"]}
    data["cautions"] = [row for row in data["cautions"] if row["arm"] == "treated"]


def swap_arms(data: Any) -> None:
    one, two = sorted(data["arms"])[:2]
    data["arms"][one], data["arms"][two] = data["arms"][two], data["arms"][one]


def swap_inputs(data: Any) -> None:
    one, two = list(data["context"]["arms"])[:2]
    arms = data["context"]["arms"]
    arms[one], arms[two] = arms[two], arms[one]


def swap_titles(data: Any) -> None:
    one, two = list(data["context"]["arms"])[:2]
    arms = data["context"]["arms"]
    arms[one]["title"], arms[two]["title"] = arms[two]["title"], arms[one]["title"]


def arm_over_case(data: Any) -> None:
    arm = data["arms"][sorted(data["arms"])[0]]
    data["answers"], data["worlds"] = arm["answers"], arm["worlds"]


def arm_answers_over_case(data: Any) -> None:
    data["answers"] = data["arms"][sorted(data["arms"])[0]]["answers"]


def treated_over_untreated(data: Any) -> None:
    data["worlds"]["untreated"]["changes"] = data["worlds"]["treated"]["changes"]


def swap_changes(rows: list[Any]) -> list[Any]:
    return [rows[1], rows[0], *rows[2:]] if len(rows) > 1 else rows


def sugar_pill(data: Any) -> None:
    for arm in data["context"]["arms"].values():
        for drug in arm["interventions"]:
            drug["id"] = drug["name"] = "sugar pill"


def all_in_favour(row: Any) -> Any:
    return {**row, "support": row["support"] + row["opposition"], "opposition": []}


def other_drug(drug: str) -> str:
    return "anti-tnf" if drug != "anti-tnf" else "anti-il6"


def other_engine(engine: str) -> str:
    return "reference" if engine == "durable" else "durable"


def digits(number: int) -> Edit:
    return as_text(lambda text: text.replace('"steps": 0', f'"steps": {"9" * number}', 1))


def early(path: str, key: str, value: Any) -> Edit:
    """A key of today in a row of the schema before."""
    return put(path, lambda row: row if key in row else {**row, key: value})


def old_limit(change: Callable[[str], Any]) -> Edit:
    """Another limit in a result of the schema before, where limits are texts."""
    return put(f"{ROW}/limits/*", lambda limit: change(limit) if isinstance(limit, str) else limit)


def nested(levels: int) -> Edit:
    return as_text(lambda text: text[:-1] + ', "more": ' + "[" * levels + "]" * levels + "}")


def longer(path: str) -> Edit:
    return put(path, "very " * 5000)


def hidden_in(char: str, path: str) -> Edit:
    return put(path, lambda text: f"{text}{char}")


ANSWERS = [
    Kind("direction turned", put("answers/*/direction", turned)),
    Kind("direction of an arm turned", put("arms/*/answers/*/direction", turned)),
    Kind("direction no word", put("answers/*/direction", "improves")),
    Kind("strength raised", put("answers/*/strength", raised)),
    Kind("strength taken away", put("answers/*/strength", None)),
    Kind("certainty raised", put("answers/*/certainty", "given")),
    Kind("certainty of an arm raised", put("arms/*/answers/*/certainty", "given")),
    Kind("onset earlier", put("answers/*/onset", earlier)),
    Kind("onset of an arm earlier", put("arms/*/answers/*/onset", earlier)),
    Kind("onset in other units", put("answers/*/onset", "2 days")),
    Kind("name changed", put("answers/*/name", "survival")),
    Kind("entity exchanged", put("answers/*/entity", "TNF")),
    Kind("entity that nobody knows", put("answers/*/entity", "survival")),
    Kind("reason taken away", put("answers/*/reason", None)),
    Kind("reason given for an effect", put("answers/*", lambda a: {**a, "reason": {"kind": "faded"}})),
    Kind("kind of reason changed", put("answers/*/reason/kind", "redundant")),
    Kind("kind of reason no word", put("answers/*/reason/kind", "nobody looked")),
    Kind("place of a reason changed", put("answers/*/reason/entity", "R")),
    Kind("source of a reason changed", put("answers/*/reason/source", "cold")),
    Kind("rule of a reason changed", put("answers/*/reason/rule", "given")),
    Kind("what stops taken away", put("answers/*/reason/by", emptied)),
    Kind("what stops invented", put("answers/*/reason/by", more("R"))),
    Kind("what has to be away invented", put("answers/*/reason/against", more("R"))),
    Kind("strength in a reason changed", put("answers/*/reason/strength", "weak")),
    Kind("scarcity in a reason claimed", put("answers/*/reason/scarce", True)),
    Kind("reason of an arm from another", put("arms/*/answers/*/reason/kind", "no_room")),
    Kind("opposition taken away", put("arms/*/answers/*/opposed_by", emptied)),
    Kind("opposition of an answer taken away", put("answers/*/opposed_by", emptied)),
    Kind("opposition invented", put("answers/*/opposed_by", more("tnf-raises-crp"))),
    Kind("an effect where there is none", put("answers/*", an_effect)),
    Kind("no effect where there is one", put("answers/*", no_effect)),
    Kind("an answer left out", put("answers", without_first), "answers"),
    Kind("the last answer left out", put("answers", without_last), "answers"),
    Kind("an answer of an arm left out", put("arms/*/answers", without_first), "arms/x/answers"),
    Kind("only what falls", put("answers", favourable), "answers"),
    Kind("only what falls in an arm", put("arms/*/answers", favourable), "arms/x/answers"),
    Kind("an answer twice", put("answers", doubled)),
    Kind("an answer of an arm twice", put("arms/*/answers", doubled)),
    Kind("answers in another order", put("answers", reversed_), "answers"),
    Kind("no answers", put("answers", emptied), "answers"),
    Kind("answers of an arm for those of the case", moved(arm_answers_over_case)),
]
WORLDS = [
    Kind("the treated world left out", gone("worlds/treated")),
    Kind("the untreated world left out", gone("worlds/untreated")),
    Kind("no worlds", put("worlds", emptied)),
    Kind("no worlds in an arm", put("arms/*/worlds", emptied)),
    Kind("a third world", put("worlds", lambda w: {**w, "cured": w["untreated"]})),
    Kind("a world renamed", put("worlds", lambda w: {"cured" if k == "treated" else k: v for k, v in w.items()})),
    Kind("a level left out", gone("worlds/untreated/levels/*")),
    Kind("no levels", put("worlds/untreated/levels", emptied)),
    Kind("the levels left out", gone("worlds/untreated/levels")),
    Kind("a level raised", put("worlds/untreated/levels/*", "high")),
    Kind("a level no word", put("worlds/untreated/levels/*", "42 mg/L")),
    Kind("a level of something healthy", added("worlds/untreated/levels", "cold", "high")),
    Kind("levels in the treated world", added("worlds/treated", "levels", {"IL6": "high"})),
    Kind("empty levels in the treated world", added("worlds/treated", "levels", {})),
    Kind("levels in an arm changed", put("arms/*/worlds/untreated/levels/*", "low")),
    Kind("the first change left out", put(CHANGES, without_first)),
    Kind("the last change left out", put(CHANGES, without_last)),
    Kind("no changes", put(CHANGES, emptied)),
    Kind("no changes in an arm", put("arms/*/worlds/*/changes", emptied)),
    Kind("a change twice", put(CHANGES, doubled)),
    Kind("changes backward", put(CHANGES, reversed_)),
    Kind("two changes exchanged", put(CHANGES, swap_changes)),
    Kind("treated for untreated", moved(treated_over_untreated)),
    Kind("an arm for the case", moved(arm_over_case)),
    Kind("id of a change", put(f"{ROW}/id", "treated:cold")),
    Kind("entity of a change", put(f"{ROW}/entity", "cold")),
    Kind("entity that is not there", put(f"{ROW}/entity", "survival")),
    Kind("name of a change", put(f"{ROW}/name", "survival")),
    Kind("direction of a change", put(f"{ROW}/direction", turned)),
    Kind("direction of a change no effect", put(f"{ROW}/direction", "no_effect")),
    Kind("strength of a change raised", put(f"{ROW}/strength", raised)),
    Kind("strength of a change none", put(f"{ROW}/strength", "none")),
    Kind("certainty of a change raised", put(f"{ROW}/certainty", "given")),
    Kind("certainty of a change in an arm", put("arms/*/worlds/*/changes/*/certainty", "unopposed")),
    Kind("onset of a change earlier", put(f"{ROW}/onset", earlier)),
    Kind("onset of a change later", put(f"{ROW}/onset", "weeks")),
    Kind("one step more", put(f"{ROW}/steps", lambda n: n + 1)),
    Kind("one step less", put(f"{ROW}/steps", lambda n: n - 1)),
    Kind("steps without end", put(f"{ROW}/steps", 10**30)),
    Kind("a rule renamed", put(f"{ROW}/rule", "tnf-raises-pain")),
    Kind("a rule that nobody wrote", put(f"{ROW}/rule", "hope")),
    Kind("what follows said to be given", put(f"{ROW}/rule", "given")),
    Kind("a chain cut", put(f"{ROW}/premises", lambda p: [] if p else p)),
    Kind("a premise of another world", put(f"{ROW}/premises/*", "untreated:cold")),
    Kind("a premise more", put(f"{ROW}/premises", more("treated:TNF"))),
    Kind("a premise twice", put(f"{ROW}/premises", lambda p: p + p)),
    Kind("limits taken away", put(f"{ROW}/limits", emptied)),
    Kind("a limit more", put(f"{ROW}/limits", more({"kind": "headroom", "by": ""}))),
    Kind("kind of limit", put(f"{ROW}/limits/*/kind", "redundant")),
    Kind("what limits", put(f"{ROW}/limits/*/by", "TNF")),
    Kind("support taken away", put(f"{ROW}/support", emptied)),
    Kind("support twice", put(f"{ROW}/support", lambda s: s + s)),
    Kind("a vote more", put(f"{ROW}/support", more(VOTE))),
    Kind("votes in another order", put(f"{ROW}/support", reversed_)),
    Kind("rule of a vote", put(f"{ROW}/support/*/rule", "hope")),
    Kind("source of a vote", put(f"{ROW}/support/*/source", "cold")),
    Kind("direction of a vote", put(f"{ROW}/support/*/direction", turned)),
    Kind("strength of a vote", put(f"{ROW}/support/*/strength", raised)),
    Kind("steps of a vote", put(f"{ROW}/support/*/steps", 7)),
    Kind("feedback of a vote", put(f"{ROW}/support/*/feedback", more("cold"))),
    Kind("opposition left out", put(f"{ROW}/opposition", emptied)),
    Kind("opposition made up", put(f"{ROW}/opposition", more(VOTE))),
    Kind("strength of the opposition", put(f"{ROW}/opposition/*/strength", "moderate")),
    Kind("direction of the opposition", put(f"{ROW}/opposition/*/direction", turned)),
    Kind("a loop left out", put(f"{ROW}/opposition/*/feedback", emptied)),
    Kind("a loop told backward", put(f"{ROW}/opposition/*/feedback", reversed_)),
    Kind(
        "opposition called support",
        put(ROW, lambda r: {**r, "support": r["support"] + r["opposition"], "opposition": []}),
    ),
    Kind("evidence changed", put(f"{ROW}/evidence/*", "PMID:99999999")),
    Kind("evidence taken away", put(f"{ROW}/evidence", emptied)),
    Kind("evidence more", put(f"{ROW}/evidence", more("NCT00000000"))),
    Kind("evidence in another order", put(f"{ROW}/evidence", reversed_)),
    Kind("evidence in an arm", put("arms/*/worlds/*/changes/*/evidence", more("PMID:7"))),
]
ARMS = [
    Kind("an arm taken out", moved(take_arm_out), "arms"),
    Kind("all arms taken out", moved(only_the_case), "arms", always=True),
    Kind("an arm renamed", moved(rename_arm), "context/arms"),
    Kind("an arm retitled", put("context/arms/*/title", "The cure"), "context/arms/x/title"),
    Kind("titles of arms exchanged", moved(swap_titles), "context/arms/x/title"),
    Kind("an arm copied", moved(copy_arm), "context/arms"),
    Kind("two arms exchanged", moved(swap_arms)),
    Kind("what went into two arms exchanged", moved(swap_inputs)),
    Kind("an arm only in the results", gone("context/arms/*")),
    Kind("an arm only in the inputs", gone("arms/*")),
    Kind("an arm called as the case", put("arms", lambda a: {**a, "treated": next(iter(a.values()))} if a else a)),
    Kind("an arm without an id", put("arms", lambda a: {"": next(iter(a.values()))} if a else a)),
    Kind("a comparison left out", put("arms/*/versus_treated", without_first)),
    Kind("no comparisons", put("arms/*/versus_treated", emptied)),
    Kind("a comparison twice", put("arms/*/versus_treated", doubled)),
    Kind("comparisons in another order", put("arms/*/versus_treated", reversed_)),
    Kind("comparison: entity", put("arms/*/versus_treated/*/entity", "cold")),
    Kind("comparison: name", put("arms/*/versus_treated/*/name", "survival")),
    Kind("comparison: the case", put("arms/*/versus_treated/*/treated", "increases strong")),
    Kind("comparison: the arm", put("arms/*/versus_treated/*/arm", "decreases strong")),
    Kind("comparison: kind", put("arms/*/versus_treated/*/kind", "enabling")),
    Kind("comparison: kind taken away", put("arms/*/versus_treated/*/kind", None)),
    Kind("comparison: how", put("arms/*/versus_treated/*/how", "together")),
    Kind("comparison: by what", put("arms/*/versus_treated/*/by", more("cold"))),
    Kind("comparison: by nothing", put("arms/*/versus_treated/*/by", emptied)),
    Kind("comparison: against what", put("arms/*/versus_treated/*/against", more("cold"))),
]
CAUTIONS = [
    Kind("no cautions", put("cautions", emptied)),
    Kind("a caution left out", put("cautions", without_first)),
    Kind("the last caution left out", put("cautions", without_last)),
    Kind("a caution twice", put("cautions", doubled)),
    Kind("cautions in another order", put("cautions", reversed_)),
    Kind("caution: id", put("cautions/*/id", "harmless")),
    Kind("caution: arm", put("cautions/*/arm", lambda arm: "treated" if arm != "treated" else "low")),
    Kind("caution: an arm that is not there", put("cautions/*/arm", "nowhere")),
    Kind("caution: words", put("cautions/0/say", "All is well.")),
    Kind("caution: no words", put("cautions/0/say", "")),
    Kind("caution: why", put("cautions/0/because", "Nobody knows.")),
    Kind("caution: evidence", put("cautions/*/evidence", more("PMID:7"))),
    Kind("caution: evidence taken away", put("cautions/*/evidence", emptied)),
    Kind("caution: target", put("cautions/*/target", "CRP")),
    Kind("a caution made up", put("cautions", lambda rows: [*rows, {**rows[0], "id": "stop-methotrexate"}])),
]
WENT_IN = [
    Kind("the title", put("context/title", "Proven to cure"), "context/title"),
    Kind("no title", put("context/title", ""), "context/title"),
    Kind("the vignette", put("context/vignette", "A real patient, 4,000 of them."), "context/vignette"),
    Kind("name of a disease", put("context/diseases/*", "a cold")),
    Kind("another disease", put("context/diseases", lambda _: {"rare": "A third"})),
    Kind("a disease more", added("context/diseases", "rare", "A third")),
    Kind("a disease that disagrees", added("context/diseases", "mild", "Another")),
    Kind("a disease that nobody knows", added("context/diseases", "ageing", "ageing")),
    Kind("no disease", put("context/diseases", emptied)),
    Kind("another onset", put("context/by", lambda by: "minutes" if by != "minutes" else "hours")),
    Kind("an onset that is no word", put("context/by", "years")),
    Kind("a slower onset", put("context/by", lambda by: "weeks" if by else None)),
    Kind("level of a finding", put(f"{INPUT}/findings/*", lambda level: "low" if level != "low" else "high")),
    Kind("level of a finding in other units", put(f"{INPUT}/findings/*", "48 mg/L")),
    Kind("a finding left out", gone(f"{INPUT}/findings/*")),
    Kind("a finding more", added(f"{INPUT}/findings", "TNF", "absent")),
    Kind("a finding of nothing", added(f"{INPUT}/findings", "mood", "high")),
    Kind("a fact changed", put(f"{INPUT}/facts/tissue/*", "skin"), f"{TREATED}/facts"),
    Kind("a fact more", added(f"{INPUT}/facts", "phase", ["acute"]), f"{TREATED}/facts"),
    Kind("a fact of no kind", added(f"{INPUT}/facts", "mood", ["good"])),
    Kind("a fact left out", gone(f"{INPUT}/facts/disease")),
    Kind("no facts", put(f"{INPUT}/facts", emptied)),
    Kind("dose in the facts", put(f"{INPUT}/facts/dose", ["high"]), f"{TREATED}/facts"),
    Kind("a fact twice", put(f"{INPUT}/facts/tissue", lambda some: some + some)),
    Kind("a drug under another id", put(f"{GIVEN}/*/id", "sugar pill")),
    Kind("a drug under another name", put(f"{GIVEN}/*/name", "sugar pill")),
    Kind(
        "a drug under the id of another", put(f"{GIVEN}/*/id", lambda i: "anti-tnf" if i != "anti-tnf" else "anti-il6")
    ),
    Kind("a drug as a sugar pill", moved(sugar_pill), f"{TREATED}/interventions/sugar pill"),
    Kind("another dose", put(f"{GIVEN}/*/dose", "high"), f"{TREATED}/interventions"),
    Kind("a dose that nobody knows", put(f"{GIVEN}/0/dose", "by moonlight")),
    Kind("verb of an action", put(f"{GIVEN}/*/actions/*/verb", "depletes")),
    Kind("an action that is no word", put(f"{GIVEN}/*/actions/*/verb", "heals")),
    Kind("target of an action", put(f"{GIVEN}/*/actions/*/target", "TNF")),
    Kind("target that is not there", put(f"{GIVEN}/*/actions/*/target", "cancer")),
    Kind("potency of an action", put(f"{GIVEN}/*/actions/*/potency", "weak")),
    Kind("potency none", put(f"{GIVEN}/*/actions/*/potency", "none")),
    Kind("limit of an action", put(f"{GIVEN}/*/actions/*/limit", {"kind": "reach", "by": "brain"})),
    Kind("limit of an action taken away", put(f"{GIVEN}/*/actions/*/limit", None)),
    Kind("an action more", put(f"{GIVEN}/*/actions", doubled)),
    Kind("no actions", put(f"{GIVEN}/*/actions", emptied)),
    Kind("an agent of the case that does nothing", put("context/arms/more/interventions/3/actions", emptied)),
    Kind("an agent of the case under another name", put("context/arms/more/interventions/3/name", "agent S")),
    Kind("a drug left out", put(GIVEN, without_last)),
    Kind("a drug twice", put(GIVEN, lambda drugs: drugs + drugs)),
    Kind("drugs in another order", put(GIVEN, reversed_), f"{TREATED}/interventions"),
    Kind("nothing given", put(GIVEN, emptied)),
    Kind("rules that count", put(f"{INPUT}/operative", lambda n: n + 1)),
    Kind("rules left out", put(f"{INPUT}/left_out/*", 99)),
    Kind("why rules are left out", added(f"{INPUT}/left_out", "where tissue: moon", 1)),
    Kind("no rules left out", put(f"{INPUT}/left_out", lambda some: {} if some else some)),
    Kind("what is atypical left out", put("context/atypical", emptied)),
    Kind(
        "what is atypical made up",
        put("context/atypical", more({"entity": "TNF", "finding": "low", "predicted": "high"})),
    ),
    Kind("what is atypical changed", put("context/atypical/*/predicted", "elevated")),
    Kind("a word more on what is atypical", added("context/atypical/*", "note", "ignore this")),
]
WHO_SAYS_SO = [
    Kind("the other engine", put("engine", other_engine), "engine", always=True),
    Kind("an engine that is none", put("engine", "a clinical trial of 4,000 patients")),
    Kind("an engine without a name", put("engine", "")),
    Kind("an engine with hidden characters", hidden_in("\u200b", "engine")),
    Kind("an engine without end", put("engine", "durable" * 9000)),
    Kind("another schema", put("schema", "theralogic/result/3")),
    Kind("the schema before", put("schema", lambda s: SCHEMA_1)),
    Kind("the schema after", put("schema", lambda s: SCHEMA)),
    Kind("no schema", put("schema", "")),
    Kind("another case", put("case/id", "another"), "case/id"),
    Kind("a case id that is none", put("case/id", "a phase III trial")),
    Kind("no case id", put("case/id", "")),
    Kind("another digest", put("case/digest", "0" * 32), "case/digest"),
    Kind("a digest that is none", put("case/digest", "approved")),
    Kind("no digest", put("case/digest", ""), "case/digest"),
    Kind("a word more on the case", added("case", "approved", "yes")),
    Kind("a case without an id", gone("case/id")),
    Kind("a case without a digest", gone("case/digest")),
    Kind("digest of other rules", put("rules/digest", "f" * 32)),
    Kind("another version of the rules", put("rules/version", "2030.1")),
    Kind("a word more on the rules", added("rules", "reviewed", "by everybody")),
    Kind("rules without a digest", gone("rules/digest")),
    Kind("no disclaimer", put("disclaimer", "")),
    Kind("another disclaimer", put("disclaimer", "Take two a day.")),
    Kind("a shorter disclaimer", put("disclaimer", lambda text: text.split(":")[0])),
]
FORM = [
    Kind("without an end", as_text(lambda text: text[:-1])),
    Kind("something after the end", as_text(lambda text: text + "{}")),
    Kind("a key twice", as_text(lambda text: text.replace('"engine":', '"engine": "durable", "engine":', 1))),
    Kind("the answers twice", as_text(lambda text: text[:-1] + ', "answers": []}')),
    Kind("no number", put(f"{ROW}/steps", float("nan"))),
    Kind("a number without end", put(f"{ROW}/steps", float("inf"))),
    Kind(
        "a number of five thousand digits",
        as_text(lambda text: text.replace('"steps": 0', f'"steps": {"9" * 5000}', 1)),
    ),
    Kind(
        "a number of four thousand digits",
        as_text(lambda text: text.replace('"steps": 0', f'"steps": {"9" * 4000}', 1)),
    ),
    Kind("a broken number", put(f"{ROW}/steps", lambda n: n + 0.5)),
    Kind("a number as a fraction", put(f"{ROW}/steps", lambda n: float(n))),
    Kind("a number as text", put(f"{ROW}/steps", str)),
    Kind("a number as truth", put(f"{ROW}/steps", lambda n: bool(n))),
    Kind("nothing for a number", put(f"{ROW}/steps", None)),
    Kind("a text as a number", put(f"{ROW}/name", 7)),
    Kind("a text as a list", put(f"{ROW}/name", lambda text: [text])),
    Kind("truth as a number", put("answers/*/reason/scarce", 0)),
    Kind("truth as text", put("answers/*/reason/scarce", "false")),
    Kind("a list for text in a list", put(f"{ROW}/evidence", lambda some: [some])),
    Kind("a list of lists", put(f"{ROW}/premises", lambda some: [some])),
    Kind("rows in a list in a list", put(CHANGES, lambda rows: [rows])),
    Kind("limits in a list in a list", put(f"{ROW}/limits", lambda rows: [rows])),
    Kind("an action's limit in a list", put(f"{GIVEN}/*/actions/*/limit", lambda limit: [limit])),
    Kind("facts in a list in a list", put(f"{INPUT}/facts/*", lambda rows: [rows])),
    Kind("answers as a mapping", put("answers", lambda rows: {row["entity"]: row for row in rows})),
    Kind("arms as a list", put("arms", lambda arms: list(arms.values()))),
    Kind("the result in a list in a list", lambda data: [[data]]),
    Kind("another value beside the result", lambda data: [data, 7]),
    Kind("an empty list", lambda data: []),
    Kind("nothing", lambda data: None if data is None else b"null"),
    Kind("nested without end", nested(100_000)),
    Kind("nested a little", nested(3)),
    Kind("a field more at the top", as_text(lambda text: text[:-1] + ', "approved": true}')),
    Kind("a field more in an answer", added("answers/*", "note", "seen in trials")),
    Kind("a field more in a change", added(ROW, "p", "0.001")),
    Kind("a field more in a vote", added(f"{ROW}/support/*", "note", "")),
    Kind(
        "a field more in a limit",
        put(f"{ROW}/limits/*", lambda limit: {**limit, "n": 1} if isinstance(limit, dict) else 1),
    ),
    Kind("a field more in an arm", added(ARM, "note", "")),
    Kind("a field more in what went in", added(INPUT, "age", 54)),
    Kind("a field more in a drug", added(f"{GIVEN}/*", "price", 3)),
    Kind("a field more in an action", added(f"{GIVEN}/*/actions/*", "note", "")),
    Kind("a field more in a comparison", added("arms/*/versus_treated/*", "note", "")),
    Kind("a field more in a caution", added("cautions/*", "level", "mild")),
    Kind(
        "a field more in a reason", put("answers/*/reason", lambda r: {**r, "note": ""} if isinstance(r, dict) else r)
    ),
    *(Kind(f"without {field}", gone(field)) for field in ("schema", "engine", "case", "rules", "answers", "worlds")),
    *(Kind(f"without {field}", gone(field)) for field in ("arms", "cautions", "context", "disclaimer")),
    *(Kind(f"a change without {field}", gone(f"{ROW}/{field}")) for field in ("certainty", "evidence", "opposition")),
    *(Kind(f"an answer without {field}", gone(f"answers/*/{field}")) for field in ("certainty", "reason", "onset")),
    Kind("hidden: a space of no width", hidden_in("\u200b", "context/title")),
    Kind("hidden: another direction", hidden_in("\u202e", "context/vignette")),
    Kind("hidden: a direction that is isolated", hidden_in("\u2066", "context/arms/*/title")),
    Kind("hidden: half a character", hidden_in("\ud800", "context/title")),
    Kind("hidden: half a character in an id", hidden_in("\udc00", "case/id")),
    Kind("hidden: a steering character", hidden_in("\x1b[31m", "context/vignette")),
    Kind("hidden: no character", hidden_in("\x00", f"{GIVEN}/*/name")),
    Kind("hidden: a tag character", hidden_in("\U000e0041", "context/title")),
    Kind("hidden: a private character", hidden_in("\ue000", f"{ROW}/name")),
    Kind("hidden: a soft hyphen", hidden_in("\xad", "answers/*/name")),
    Kind("hidden: in a key", put(f"{INPUT}/left_out", lambda some: {**some, "where tissue: moon\u200b": 1})),
    Kind("hidden: in the id of an arm", put("arms", lambda arms: {f"{name}\u200b": arm for name, arm in arms.items()})),
    Kind("a title without end", longer("context/title")),
    Kind("a title of an arm without end", put("context/arms/*/title", "word " * 41), "context/arms/x/title"),
    Kind("a vignette without end", put("context/vignette", "word " * 801)),
    Kind("an id without end", put("case/id", "a" * 121)),
]
OLD = [
    Kind("old: a sentence in a list in a list", put("answers/*/detail", [["in a list"]])),
    Kind("old: a sentence as a mapping", put("answers/*/detail", {"approved": True})),
    Kind("old: a sentence as a number", put("arms/*/versus_treated/*/detail", 7)),
    Kind("old: a sentence left out", gone("answers/*/detail")),
    Kind("old: a sentence left out of a comparison", gone("arms/*/versus_treated/*/detail")),
    Kind("old: another sentence", put("answers/*/detail", "It cures."), "answers/0/detail", always=True),
    Kind(
        "old: another sentence in a comparison",
        put("arms/*/versus_treated/*/detail", "It cures."),
        "arms/x/versus_treated/0/detail",
        always=True,
    ),
    Kind("old: a hidden character in a sentence", put("answers/*/detail", "It\u202e cures.")),
    Kind("old: a sentence without end", put("answers/*/detail", "very " * 5000)),
    Kind("old: a reason as it is now", put("answers/*/reason", {"kind": "faded"})),
    Kind(
        "old: a target as there is now",
        put("cautions/*", lambda row: row if "target" in row else {**row, "target": ""}),
    ),
    Kind(
        "old: opposition as there is now",
        put("answers/*", lambda row: row if "opposed_by" in row else {**row, "opposed_by": []}),
    ),
    Kind(
        "old: what combines as there is now",
        put("arms/*/versus_treated/*", lambda row: row if "how" in row else {**row, "how": "shared"}),
    ),
    Kind("old: a limit as a list", old_limit(lambda limit: [limit])),
    Kind(
        "old: a limit as it is now",
        put(f"{ROW}/limits/*", lambda limit: {"kind": limit, "by": ""} if isinstance(limit, str) else limit),
    ),
    Kind(
        "old: a limit in other words",
        put(f"{ROW}/limits/*", lambda limit: "gate: hope" if isinstance(limit, str) else limit),
    ),
    Kind(
        "old: no limit in an action",
        put(f"{GIVEN}/*/actions/*/limit", lambda limit: "dose: low" if limit == "" else limit),
    ),
]
FEW = ("rich", "rich, unknown", "old")
"""Where it is one whatever was asked, three results will do."""
KINDS = [*ANSWERS, *WORLDS, *ARMS, *CAUTIONS, *WENT_IN, *WHO_SAYS_SO, *FORM, *OLD]


def test_the_kinds_are_many_and_each_has_its_own_name() -> None:
    assert len(KINDS) > 2 * 128
    assert len({kind.name for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_sound_results_hold(source: Any) -> None:
    found = outcome(source, source.data)
    assert found.codes == frozenset()
    assert found.names("engine")


@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
def test_tampering_is_found_out_or_named(kind: Kind) -> None:
    tried = 0
    for source in map(SOURCES.__getitem__, FEW if kind in (*WORLDS, *CAUTIONS, *FORM, *OLD) else SOURCES):
        data = kind.edit(source.data)
        if data is None:
            continue
        tried += 1
        found = outcome(source, data)
        named = bool(kind.may) and (kind.always or source.case is None) and found.names(kind.may)
        assert found.codes or named, source.name
    assert tried, "no result has anything of the kind"


# -- every field, systematically ---------------------------------------------------------------------------------------


def another(holder: Any, key: Any) -> None:
    """Another value of the same kind; nothing for containers."""
    value = holder[key]
    if isinstance(value, bool):
        holder[key] = not value
    elif isinstance(value, int):
        holder[key] = value + 1
    elif isinstance(value, str):
        holder[key] = f"{value}x"
    elif value is None:
        holder[key] = "weak"


def nothing(holder: Any, key: Any) -> None:
    holder[key] = None


def dropped(holder: Any, key: Any) -> None:
    del holder[key]


def twice(holder: Any, key: Any) -> None:
    if isinstance(holder, list):
        holder.insert(key, holder[key])
    else:
        holder[f"{key}x"] = holder[key]


def another_kind(holder: Any, key: Any) -> None:
    holder[key] = [holder[key]]


ALTERED = (another, nothing, dropped, twice, another_kind)


def by_place(data: Any) -> dict[tuple[str, ...], list[tuple[Any, ...]]]:
    """The places of a result by what they are, rows of a list and arms taken together."""
    found: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    for path in paths(data):
        if path:
            like = ["*" if isinstance(step, int) else step for step in path]
            if "arms" in like[:-1]:
                like[like.index("arms") + 1] = "*"
            found.setdefault(tuple(like), []).append(path)
    return found


def place_of(path: tuple[Any, ...], data: Any) -> str:
    """Where the verdict has to look: a row more or less is about its list."""
    holder = data
    for step in path[:-1]:
        holder = holder[step]
    return "/".join(map(str, path[:-1] if isinstance(holder, list) else path))


@pytest.mark.parametrize("change", ALTERED, ids=lambda change: change.__name__)
@pytest.mark.parametrize("name", ["rich", "rich, unknown", "what-if", "predicted", "old", "old, unknown"])
def test_every_place_of_a_result_is_checked_or_named(name: str, change: Callable[[Any, Any], None]) -> None:
    source, rng = SOURCES[name], random.Random(name)
    missed = []
    for some in by_place(source.data).values():
        path = rng.choice(some)
        data = changed_at(source.data, path, change)
        if data is None:
            continue
        found, places = outcome(source, data), {"/".join(map(str, path)), place_of(path, source.data)}
        if not found.codes and not any(map(found.names, places)):
            missed.append("/".join(map(str, path)))
    assert missed == []


def test_every_field_of_a_result_is_among_the_places() -> None:
    kinds = [kind for kind in vars(result).values() if hasattr(kind, "_fields") and kind.__module__ == result.__name__]
    there = {step for path in by_place(SOURCES["rich"].data) for step in path}
    assert {field for kind in kinds for field in kind._fields} <= there
