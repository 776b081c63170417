"""What each command prints and which exit code it picks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.shell_completion import ShellComplete

from theralogic.model.vocabulary import DISCLAIMER
from theralogic_cli.main import COMMANDS, cli

from .conftest import SMALL, Run

CASE = "ra-tocilizumab"
BOTH = pytest.mark.parametrize("engine", [pytest.param("durable", marks=pytest.mark.durable), "reference"])


def loaded(text: str) -> Any:
    return json.loads(text)


@BOTH
def test_explain_shows_verdict_chain_rule_source_and_what_limits_it(run: Run, engine: str) -> None:
    ran = run("explain", CASE, "--engine", engine)
    assert ran.code == 0
    for words in (
        "C-reactive protein   falls   strongly     nothing opposes it   within hours",
        "Tocilizumab blocks IL-6R.",
        "it needs IL-6, IL-6R and gp130, and IL-6R is blocked",
        "[stat3-induces-crp; PMID:21296109]",
        "Only moderately, because TNF still acts on it (redundancy).",
        "caution: CRP may stay low in a serious infection",
        "What if: ligand instead",
        DISCLAIMER,
    ):
        assert words in ran.out


def test_explain_brief_is_one_line_a_chain(run: Run) -> None:
    out = run("explain", CASE, "--level", "brief").out
    assert "tocilizumab -| IL-6R -> IL-6 signalling -> STAT3 activity -> C-reactive protein" in " ".join(out.split())
    assert "Why does" not in out


def test_explain_full_adds_evidence_and_certainty(run: Run) -> None:
    steps, full = run("explain", CASE, "CRP").out, run("explain", CASE, "CRP", "--level", "full").out
    assert "(review, supports)" in full
    assert "(review, supports)" not in steps


def test_explain_takes_an_alias_and_says_only_that(run: Run) -> None:
    out = run("explain", CASE, "hsCRP").out
    assert "Why does C-reactive protein fall?" in out
    assert "Why does RA activity" not in out


def test_explain_tells_one_arm_and_leaves_the_others_out(run: Run) -> None:
    out = run("explain", CASE, "--arm", "ligand-instead").out
    assert "IL-6 receptor blocked: ligand instead" in out.splitlines()[0]
    assert "Siltuximab neutralises IL-6." in out
    assert "Tocilizumab" not in out
    assert "What if" not in out


def test_explain_draws_the_tree_of_one_arm(run: Run) -> None:
    out = run("explain", CASE, "CRP", "--arm", "ligand-instead", "--format", "tree").out
    assert "[siltuximab]" in out
    assert "[tocilizumab]" not in out


def test_the_json_of_an_explanation_holds_every_arm_whichever_is_told(run: Run) -> None:
    args = ("explain", CASE, "--format", "json")
    assert run(*args, "--arm", "ligand-instead").out == run(*args).out


def test_why_not_says_which_arm_it_is_about(run: Run) -> None:
    assert "receptor blocked: low il6  " in run("why-not", CASE, "CRP", "--arm", "low-il6").out.splitlines()[0]
    assert "receptor blocked  " in run("why-not", CASE, "CRP").out.splitlines()[0]


@pytest.mark.parametrize(
    "args",
    [("explain", CASE), ("why-not", CASE, "CRP"), ("step", CASE), ("graph", CASE)],
    ids=lambda args: str(args[0]),
)
def test_an_unknown_arm_is_answered_with_those_of_the_case(run: Run, args: tuple[str, ...]) -> None:
    arms = "arms are treated, plus-tnf, ligand-instead, low-il6"
    ran = run(*args, "--arm", "nothing")
    assert (ran.code, ran.out) == (5, "")
    assert ran.err == f"unknown arm `nothing` [unknown-arm]\n  help: {arms}\n"
    assert f"help: did you mean `low-il6`? {arms}\n" in run(*args, "--arm", "low-il-6").err


@BOTH
def test_json_is_a_valid_result(run: Run, engine: str) -> None:
    schema = loaded(run("schema", "result", shipped=True).out)
    for command in ("evaluate", "explain"):
        data = loaded(run(command, CASE, "--format", "json", "--engine", engine).out)
        jsonschema.validate(data, schema)
        assert data["engine"] == engine
        assert data["disclaimer"] == DISCLAIMER


@pytest.mark.durable
def test_both_engines_give_the_same_bytes(run: Run) -> None:
    texts = {
        run("evaluate", CASE, "--format", "json", "--engine", e).out.replace(e, "E") for e in ("durable", "reference")
    }
    assert len(texts) == 1


def test_several_cases_give_a_list(run: Run) -> None:
    data = loaded(run("evaluate", CASE, CASE, "--format", "json").out)
    assert [one["case"]["id"] for one in data] == [CASE, CASE]


def test_by_hours_leaves_late_effects_out(run: Run) -> None:
    out = run("evaluate", CASE, "--by", "hours").out
    assert "C-reactive protein   falls" in out
    assert "RA activity does not change" in out


def test_a_case_comes_from_stdin(run: Run) -> None:
    text = (SMALL / "cases" / f"{CASE}.yaml").read_bytes()
    assert run("evaluate", "-", stdin=text).out == run("evaluate", CASE).out


def test_why_not_names_the_stop_and_what_would_let_it_through(run: Run, tmp_path: Path) -> None:
    case = tmp_path / "quiet.yaml"
    case.write_text(
        "id: quiet\nhypothetical: true\ntitle: Quiet\ndisease: rheumatoid_arthritis\n"
        "findings: [{entity: IL6, level: normal}]\ninterventions: [tocilizumab]\nask: [CRP]\n"
    )
    ran = run("why-not", str(case), "CRP")
    assert "There is little IL-6 signalling to lose" in " ".join(ran.out.split())
    assert "It would get through if IL-6 were high in this patient" in " ".join(ran.out.split())


def test_why_not_says_when_it_does_change(run: Run) -> None:
    assert "does change: it falls strongly" in run("why-not", CASE, "CRP").out


def test_what_if_shows_both_worlds_and_where_they_part(run: Run) -> None:
    out = run("what-if", CASE, "--set", "IL6=normal").out
    assert "C-reactive protein   falls strongly" in out
    assert "C-reactive protein: at IL-6 signalling" in out


def test_what_if_as_json_is_a_result_with_an_arm(run: Run) -> None:
    data = loaded(run("what-if", CASE, "--replace", "tocilizumab=siltuximab", "--format", "json").out)
    assert set(data["arms"]) == {"what-if"}


def test_what_if_needs_a_difference(run: Run) -> None:
    assert run("what-if", CASE).code == 2


def test_compare_two_drugs_in_one_disease(run: Run) -> None:
    out = run("compare", "--disease", "rheumatoid arthritis", "tocilizumab", "siltuximab").out
    assert "serum IL-6" in out
    assert "Where they part" in out


def test_predict_needs_no_file(run: Run) -> None:
    data = loaded(run("predict", "rheumatoid-arthritis", "Tocilizumab", "--ask", "CRP", "--format", "json").out)
    assert data["answers"][0]["direction"] == "decreases"


def test_timeline_separates_early_from_late(run: Run) -> None:
    out = run("timeline", CASE).out
    row = next(line for line in out.splitlines() if "RA activity" in line)
    assert row.split()[-2:] == ["falls", "moderately"]
    assert row.count(" - ") == 2 or row.split().count("-") == 3


def test_a_saved_result_verifies_and_a_damaged_one_does_not(run: Run, tmp_path: Path) -> None:
    saved = tmp_path / "result.json"
    assert run("evaluate", CASE, "--format", "json", "-o", str(saved)).code == 0
    ok = run("verify", str(saved))
    assert (ok.code, ok.out.splitlines()[0]) == (0, "every step holds")
    saved.write_text(saved.read_text().replace('"direction": "decreases"', '"direction": "increases"', 1))
    bad = run("verify", str(saved))
    assert bad.code == 4
    assert "wrong-" in bad.out


@pytest.mark.parametrize("command", [("evaluate", CASE, "--all"), ("explain", CASE, "CRP"), ("explain", CASE)])
def test_a_result_can_be_checked_before_it_is_shown(run: Run, command: tuple[str, ...]) -> None:
    plain, checked = run(*command), run(*command, "--verify")
    assert (checked.code, checked.out) == (0, plain.out)
    assert checked.err == "verified: every step of `ra-tocilizumab` holds\n"
    assert run("predict", "rheumatoid arthritis", "tocilizumab", "--verify").code == 0


def test_a_result_that_does_not_hold_is_not_shown(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from theralogic.model import levels
    from theralogic.reasoning import proposals

    monkeypatch.setattr(proposals, "transmit", lambda *_: (levels.WEAK, ()))
    ran = run("evaluate", CASE, "--verify", "--engine", "reference")
    assert (ran.code, ran.out) == (4, "")
    assert "[wrong-change]" in ran.err


def test_a_saved_result_is_checked_against_its_case(run: Run, tmp_path: Path) -> None:
    saved, mine = tmp_path / "result.json", tmp_path / "mine.yaml"
    run("explain", CASE, "CRP", "--format", "json", "-o", str(saved))
    told = run("verify", str(saved)).out
    assert told.splitlines()[0] == "every step holds, as far as it could be checked"
    assert "asked by the case and not answered here" in told
    text = (SMALL / "cases" / f"{CASE}.yaml").read_text()
    mine.write_text(text.replace("title: ", "title: Not "))
    other = run("verify", str(saved), "--case", str(mine), "--format", "json")
    assert other.code == 4
    (verdict,) = loaded(other.out)["results"]
    assert {fault["code"] for fault in verdict["faults"]} == {"other-case", "wrong-context"}
    saved.write_text(saved.read_text().replace('"title": "', '"title": "Not '))
    assert "[wrong-context]" in run("verify", str(saved)).out
    run("evaluate", str(mine), "--format", "json", "-o", str(saved))
    assert "[other-case]" in run("verify", str(saved)).out  # the known case of this id is another one
    assert run("verify", str(saved), "--case", str(mine)).code == 0


def test_a_verdict_says_what_was_checked_and_what_was_not(run: Run) -> None:
    whole = run("verify", "-", stdin=run("evaluate", CASE, "--format", "json").out.encode()).out
    assert "\nchecked:\n  the form: every field" in whole
    assert "  2 of 2 expectations of the case\n" in whole
    assert whole.endswith("not checked, taken as stated:\n  which engine it was: both give the same result (engine)\n")
    words = run("predict", "rheumatoid arthritis", "tocilizumab", "--format", "json").out
    stated = run("verify", "-", stdin=words.encode()).out
    assert "the case itself could not be compared: it is said to be made from words alone (case)" in stated
    other = run("what-if", CASE, "--add", "infliximab", "--format", "json").out
    changed = run("verify", "-", stdin=other.encode()).out
    assert "plus-tnf, ligand-instead, low-il6: arms of the case that are not here (arms, context/arms)" in changed
    assert "`what-if` is no arm of the case" in changed
    assert changed.endswith("  what the case expects of its result\n")
    alone = run("evaluate", CASE, "--all", "--format", "json").out
    assert "  1 of 2 expectations of the case\n" in run("verify", "-", stdin=alone.encode()).out


def test_verdicts_of_several_results_are_told_apart(run: Run, tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text((SMALL / "cases" / f"{CASE}.yaml").read_text().replace(f"id: {CASE}", "id: mine"))
    saved = run("evaluate", CASE, str(mine), "--format", "json").out
    told = run("verify", "-", stdin=saved.encode()).out
    assert told.startswith(f"{CASE}:\nevery step holds\n")
    assert "\n\nmine:\nevery step holds, as far as it could be checked\n" in told
    assert "no case `mine` is at hand" in told
    verdict = loaded(run("verify", "-", "--format", "json", stdin=saved.encode()).out)
    assert verdict["holds"] is True
    assert [(one["case"], one["holds"], one["faults"], one["more_faults"]) for one in verdict["results"]] == [
        (CASE, True, [], 0),
        ("mine", True, [], 0),
    ]
    assert verdict["results"][0]["not_checked"] == [
        {"where": ["engine"], "message": "which engine it was: both give the same result"}
    ]


def test_a_case_is_known_however_its_id_is_written(run: Run) -> None:
    saved = run("evaluate", CASE, "--format", "json").out.replace(f'"id": "{CASE}"', f'"id": "{CASE.upper()}"')
    told = run("verify", "-", stdin=saved.encode())
    assert told.code == 4
    assert f"case/id: is `{CASE.upper()}`, should be `{CASE}` [other-case]" in told.out


def test_what_a_known_case_expects_is_tried_on_its_result(run: Run, tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text((SMALL / "cases" / f"{CASE}.yaml").read_text().replace("at_least: moderate", "at_most: weak"))
    saved = run("evaluate", str(mine), "--format", "json").out
    told = run("verify", "-", "--case", str(mine), stdin=saved.encode())
    assert told.code == 4
    assert told.out.startswith("case: CRP: expected at most weak, found strong [not-as-expected]\n1 fault\n")


def test_a_result_with_many_faults_tells_the_first_hundred(run: Run) -> None:
    data = loaded(run("evaluate", CASE, "--format", "json").out)
    data["context"]["arms"]["treated"]["left_out"] = {f"where phase: {n}": 1 for n in range(150)}
    told = run("verify", "-", stdin=json.dumps([data, data]).encode())
    assert told.code == 4
    assert "\n150 faults, the first 100 are told\n" in told.out
    assert "\n150 faults, the first 0 are told\n" in told.out


def test_verify_refuses_what_is_no_result(run: Run) -> None:
    assert run("verify", "-", stdin=b"{}").code == 3
    assert run("verify", "-", stdin=b"\xff").code == 3


def test_rules_show_search_list_and_graph(run: Run, tmp_path: Path) -> None:
    page = run("rules", "show", "il6-drives-synovitis").out
    assert "IL-6 feeds the synovium." in page
    assert "What it leads to" in page
    assert "tocilizumab" in run("rules", "search", "IL-6").out
    assert "RA_activity" in run("rules", "list", "entity").out
    assert "IL-6R -| serum IL-6" in run("rules", "graph", "--around", "IL6R").out
    svg = tmp_path / "il6.svg"
    run("rules", "graph", "--around", "IL6", "--format", "svg", "-o", str(svg))
    assert svg.read_text().startswith("<svg")


def test_rules_check_reports_without_failing_on_remarks(run: Run) -> None:
    ran = run("rules", "check")
    assert ran.code == 0
    assert "no rule mentions `IL17A`" in ran.out
    assert run("rules", "check", "--strict").code == 3


def test_cases_new_writes_a_case_that_passes(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    made = run("cases", "new", "mine", "--disease", "rheumatoid arthritis", "--give", "siltuximab", "-o", str(path))
    assert made.code == 0
    assert run("test", str(path)).code == 0
    again = run("cases", "new", "mine", "--disease", "rheumatoid arthritis", "-o", str(path))
    assert again.code == 2


def test_cases_show_is_a_card_without_predictions(run: Run) -> None:
    out = run("cases", "show", CASE).out
    assert "C-reactive protein high (48 mg/L)" in out
    assert "falls" not in out


def test_an_expectation_that_is_not_met_exits_with_4(run: Run, tmp_path: Path) -> None:
    text = (SMALL / "cases" / f"{CASE}.yaml").read_text().replace("direction: decreases", "direction: increases")
    path = tmp_path / "wrong.yaml"
    path.write_text(text)
    ran = run("test", str(path))
    assert ran.code == 4
    assert "CRP: expected increases, found decreases" in ran.out


def test_score_prints_the_baselines_beside_the_figures(run: Run) -> None:
    table = b"id,intervention,disease,outcome\nO1,tocilizumab,rheumatoid arthritis,improves\nO2,x,y,improves\n"
    data = loaded(run("score", "-", "--format", "json", stdin=table).out)
    assert (data["scored"], data["covered"], data["accuracy"]) == (2, 1, 0.5)
    assert set(data["baselines"]) == {"always", "shortest path"}


def test_score_tells_row_by_row_what_was_predicted_otherwise(run: Run) -> None:
    rows = ("W1,x,y,improves", "W2,tocilizumab,rheumatoid arthritis,worsens")
    table = "\n".join(("id,intervention,disease,outcome", *rows)).encode()
    brief, full = run("score", "-", stdin=table).out, run("score", "-", "--wrong", stdin=table).out
    assert "naive: shortest path" in brief
    assert "W1: observed" not in brief
    assert "W1: observed improves, predicted uncovered (unknown disease `y`)" in full
    assert "W2: observed worsens, predicted improves (RA_activity decreases" in full


def test_one_entity_can_not_have_two_levels_at_once(run: Run) -> None:
    ran = run("predict", "rheumatoid arthritis", "tocilizumab", "--set", "IL6=high", "--set", "IL6=low")
    assert ran.code == 2
    assert "`IL6` is set to two levels" in ran.err


def test_a_name_that_is_begun_or_says_what_a_drug_is_against_leads_to_the_right_one(run: Run) -> None:
    assert "did you mean `rheumatoid arthritis`?" in run("predict", "rheumatoid", "tocilizumab").err
    assert "what acts on IL6R: tocilizumab" in run("predict", "rheumatoid arthritis", "anti-IL6R").err


def test_a_thing_and_its_surroundings_are_shown_as_plain_data(run: Run) -> None:
    assert loaded(run("rules", "show", "IL6", "--format", "json").out)["id"] == "IL6"
    around = loaded(run("rules", "graph", "--around", "IL6", "--format", "json").out)
    assert around["centre"] == "IL6"
    assert {end for e in around["edges"] for end in (e["source"], e["target"])} == around["distance"].keys()
    assert loaded(run("cases", "show", "ra-tocilizumab", "--format", "json").out)["id"] == "ra-tocilizumab"


def test_score_builds_an_unknown_drug_from_target_and_mode(run: Run) -> None:
    table = (
        b"id,intervention,target,mode,disease,outcome\nO1,newmab,IL6R,receptor_blocker,rheumatoid arthritis,improves\n"
    )
    assert loaded(run("score", "-", "--format", "json", stdin=table).out)["accuracy"] == 1.0


def test_score_reads_a_dose_that_stands_behind_the_name(run: Run) -> None:
    table = b"id,intervention,disease,readout,direction\nR1,tocilizumab high dose,rheumatoid arthritis,CRP,down\n"
    assert loaded(run("score", "-", "--format", "json", stdin=table).out)["covered"] == 1


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (("explain", "ra-tociluzumab"), 5, "did you mean `ra-tocilizumab`?"),
        (("explain", CASE, "CRPP"), 5, "unknown entity `CRPP`"),
        (("explain", "no/such/file.yaml"), 5, "no case file"),
        (("predict", "rheumatoid arthritis", "tocilizumap"), 5, "did you mean `tocilizumab`?"),
        (("what-if", CASE, "--set", "IL6"), 2, "not of the form A=B"),
        (("what-if", CASE, "--set", "IL6=hihg"), 2, "did you mean `high`?"),
        (("what-if", CASE, "--remove", "siltuximab"), 2, "is not given in this case"),
        (("what-if", CASE, "--set", "IL6_signalling=high"), 2, "can't have a level"),
        (("why-not", CASE, "CRP", "--arm", "nope"), 5, "unknown arm `nope`"),
        (("explane", CASE), 2, "did you mean `explain`?"),
        (("rules", "show", "nothing-like-this"), 5, "nothing here is called"),
    ],
)
def test_a_mistyped_command_is_told_what_was_meant(run: Run, args: tuple[str, ...], code: int, words: str) -> None:
    ran = run(*args, shipped=args[0] == "explane")
    assert ran.code == code
    assert words in ran.err
    assert ran.out == ""
    assert "Traceback" not in ran.err


def test_bad_rules_give_all_problems_at_once_in_file_order(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "rules" / "entities"
    folder.mkdir(parents=True)
    (folder / "a.yaml").write_text(
        "- {id: A, name: a, kind: cytokine, colour: red}\n- {id: B, name: b, kind: cytokin}\n"
    )
    ran = subprocess.run(
        [sys.executable, "-m", "theralogic_cli", "rules", "check", "--kb", str(tmp_path)],
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 3
    lines = [line for line in ran.stderr.splitlines() if not line.startswith("  help")]
    assert lines[0].startswith("rules/entities/a.yaml:1:36: unknown key `colour`")
    assert lines[1].startswith("rules/entities/a.yaml:2:26: `cytokin` is not a word for `kind`")
    assert "did you mean `cytokine`?" in ran.stderr


def test_an_escape_sequence_is_never_printed_raw(run: Run) -> None:
    ran = run("explain", CASE, "\x1b[31mCRP\x1b[0m")
    assert ran.code == 5
    assert "\x1b" not in ran.err


def test_output_goes_to_a_file_whole_or_not_at_all(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    path.write_text("before")
    assert run("explain", "nope", "-o", str(path)).code == 5
    assert path.read_text() == "before"
    run("explain", CASE, "-o", str(path))
    assert path.read_text().endswith(f"{DISCLAIMER}\n")
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_output_into_a_missing_folder_is_a_usage_error(run: Run, tmp_path: Path) -> None:
    assert run("explain", CASE, "-o", str(tmp_path / "no" / "out.txt")).code == 2


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_has_help_with_an_example(run: Run, command: str) -> None:
    ran = run(command, "--help", shipped=True)
    assert ran.code == 0
    assert "Example" in ran.out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_printed_for_each_shell(run: Run, shell: str) -> None:
    assert "_THERALOGIC_COMPLETE" in run("completion", shell, shipped=True).out


def test_doctor_names_versions_engine_and_digest(run: Run) -> None:
    data = loaded(run("doctor", "--format", "json").out)
    assert data["engine"] in ("durable", "reference")
    assert len(data["rules digest"]) == 32


def test_a_result_of_the_version_before_is_checked_but_for_its_sentences(run: Run) -> None:
    old = Path(__file__).parent.parent / "data" / "results" / "schema_1.json"
    checked = run("verify", str(old))
    assert (checked.code, checked.out.splitlines()[0]) == (0, "every step holds, as far as it could be checked")
    assert "its sentences are not checked" in checked.out


def test_doctor_shows_the_cache_and_empties_it(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "kept"
    monkeypatch.setenv("THERALOGIC_CACHE", str(folder))
    assert run("doctor").code == 0
    assert f"{folder}, 1 file, " in run("doctor").out
    (folder / "notes.txt").write_text("mine")
    cleared = run("doctor", "--clear-cache")
    assert f"deleted 1 file of {folder}" in cleared.err
    assert (folder / "notes.txt").read_text() == "mine"
    monkeypatch.setenv("THERALOGIC_CACHE", "off")
    assert "switched off" in run("doctor", "--clear-cache").out


def test_doctor_does_not_empty_a_cache_that_is_a_link(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "rules-0-1.bin").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    monkeypatch.setenv("THERALOGIC_CACHE", str(tmp_path / "link"))
    cleared = run("doctor", "--clear-cache")
    assert "deleted 0 files" in cleared.err
    assert "1 file could not be deleted" in cleared.err


def test_without_a_compiler_doctor_says_where_to_get_one(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    text = run("doctor").out
    for system in ("Debian", "Fedora", "macOS", "Windows"):
        assert system in text


def test_screen_begins_with_what_it_is_not_and_ranks_every_drug(run: Run) -> None:
    done = run("screen", "ra-tocilizumab", "--lower", "CRP", "--not-raise", "infection risk", "--pairs", "--top", "2")
    assert done.code == 0, done.err
    assert done.out.startswith("A way to learn")
    assert "Not a ranking of treatments" in " ".join(done.out.split())
    assert "4 more options" in done.out
    nothing = run("screen", "ra-tocilizumab", "--not-raise", "CRP")
    assert (nothing.code, "say what should change" in nothing.err) == (2, True)


def test_a_large_table_is_compiled_and_asked(tmp_path: Path) -> None:
    table, gates, base = tmp_path / "m.csv", tmp_path / "g.csv", tmp_path / "large.base"
    table.write_text("subject,relation,object,strength\nA,activates,B,strong\nAB,induces,C,strong\n", encoding="utf-8")
    gates.write_text("complex,member\nAB,B\nAB,not D\n", encoding="utf-8")
    made = run_bare("rules", "compile", str(table), "--gates", str(gates), "-o", str(base))
    assert (made.returncode, "2 mechanisms among 5 entities" in made.stderr) == (0, True), made.stderr
    done = run_bare("rules", "ask", str(base), "--supply", "A", "--ask", "C", "--ask", "D")
    assert done.returncode == 0, done.stderr
    assert "C increases (moderate, unopposed): A ~ B ~ AB ~ C" in done.stdout
    assert "D does not change" in done.stdout
    assert "not medical advice" in done.stdout
    wrong = run_bare("rules", "ask", str(base), "--set", "A=huge")
    assert (wrong.returncode, "unknown-word" in wrong.stderr) == (3, True)


def run_bare(*args: str) -> subprocess.CompletedProcess[str]:
    """A command that takes no ``--kb``."""
    return subprocess.run([sys.executable, "-m", "theralogic_cli", *args], capture_output=True, text=True)


@pytest.mark.parametrize("module", ["theralogic", "theralogic_cli"])
def test_the_program_runs_as_a_module(module: str) -> None:
    done = subprocess.run([sys.executable, "-m", module, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("theralogic ")


@pytest.mark.skipif(os.name != "posix", reason="needs a shell that closes a stream")
def test_a_daemon_that_closed_its_output_gets_no_error() -> None:
    command = f"exec {sys.executable} -m theralogic rules show IL6 --kb {SMALL} >&-"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_result_that_powershell_saved_is_verified(run: Run, tmp_path: Path, encoding: str) -> None:
    text = run("evaluate", "ra-tocilizumab", "--format", "json").out
    (tmp_path / "saved.json").write_text(text, encoding=encoding)
    assert run("verify", str(tmp_path / "saved.json")).code == 0


@pytest.mark.parametrize(
    ("typed", "incomplete", "expected"),
    [
        (["explain"], "ra-toc", ("plain", "ra-tocilizumab")),
        (["explain"], "my", ("file", "my")),
        (["test", "x"], "my", ("file", "my")),
        (["explain", "x", "--kb"], "", ("dir", "")),
        (["explain", "x", "-o"], "out", ("file", "out")),
        (["verify"], "", ("file", "")),
        (["score"], "t", ("file", "t")),
        (["teach", "x", "--answers"], "", ("file", "")),
        (["quiz", "grade"], "", ("file", "")),
        (["quiz", "grade", "x", "--quiz"], "", ("file", "")),
        (["quiz", "make", "x", "--kind"], "lost", ("plain", "lost_part")),
        (["rules", "show"], "tocili", ("plain", "tocilizumab")),
        (["rules", "show"], "il6-signalling-activates-hep", ("plain", "il6-signalling-activates-hepatocyte-stat3")),
        (["predict"], "rheumatoid", ("plain", "rheumatoid_arthritis")),
    ],
)
def test_what_may_be_written_next_is_offered(typed: list[str], incomplete: str, expected: tuple[str, str]) -> None:
    found = ShellComplete(cli, {}, "theralogic", "_THERALOGIC_COMPLETE").get_completions(typed, incomplete)
    assert expected in [(item.type, item.value) for item in found]
