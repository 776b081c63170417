"""What people get wrong at a keyboard: each is told so, all of it, with the exit code that the page promises."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from .conftest import Run

CASE = "ra-tocilizumab"
HEAD = "id: mine\nhypothetical: true\ntitle: Mine\ndisease: rheumatoid arthritis\n"


def test_every_unknown_name_of_a_prediction_is_told_at_once(run: Run) -> None:
    ran = run("predict", "rheumatod arthritis", "tocilizumap", "--ask", "CRPP")
    assert ran.code == 5
    for words in ("`rheumatod arthritis`", "`tocilizumap`", "`CRPP`", "did you mean `CRP`?"):
        assert words in ran.err


def test_a_drug_named_by_its_target_is_answered_with_the_drugs_that_act_on_it(run: Run) -> None:
    for name in ("anti-IL-6R", "IL-6R blocker", "IL6R antibodies"):
        ran = run("predict", "rheumatoid arthritis", name)
        assert ran.code == 5
    assert "what acts on IL6R: tocilizumab" in run("predict", "rheumatoid arthritis", "anti-IL-6R").err


@pytest.mark.parametrize("name", ["il-6", "IL6", "IL 6", "il_6"])
def test_a_cytokine_is_found_however_it_is_typed(run: Run, name: str) -> None:
    assert "IL-6" in run("predict", "rheumatoid arthritis", "tocilizumab", "--ask", name).out


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("crohns", "Crohn disease"),
        ("eosinophilic oesophagitis", "Eosinophilic "),
        ("UC", "Ulcerative colitis"),
        ("MS", "Multiple sclerosis"),
    ],
)
def test_a_disease_is_found_by_what_it_is_called_at_the_bedside(run: Run, name: str, found: str) -> None:
    assert run("predict", name, "infliximab", "--ask", "TNFa", shipped=True).out.startswith(found)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--dose", "tocilizumab=huge"), "`huge` is not a dose of `tocilizumab`"),
        (("--dose", "tocilizumab"), "not of the form A=B"),
        (("--dose", "siltuximab=low"), "is not given in this case"),
        (("--set", "IL6=high", "--set", "IL-6=low"), "`IL6` is set to two levels"),
        (("--set", "=high"), "not of the form A=B"),
        (("--by", "years"), "'years'"),
    ],
)
def test_an_option_that_makes_no_sense_is_a_mistake_of_usage(run: Run, options: tuple[str, ...], words: str) -> None:
    ran = run("predict", "rheumatoid arthritis", "tocilizumab", *options)
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err


def test_a_drug_named_twice_is_given_once(run: Run) -> None:
    out = run("predict", "rheumatoid arthritis", "tocilizumab", "tocilizumab").out
    assert out.startswith("Rheumatoid arthritis, tocilizumab  ")


@pytest.mark.parametrize("group", [(), ("rules",), ("cases",)])
def test_a_group_of_commands_alone_shows_its_help(run: Run, group: tuple[str, ...]) -> None:
    ran = run(*group, shipped=True)
    assert (ran.code, ran.err) == (0, "")
    assert "Commands:" in ran.out


def test_sound_and_unsound_cases_are_all_reported_beside_a_missing_one(run: Run, tmp_path: Path) -> None:
    tabbed, named = tmp_path / "tabbed.yaml", tmp_path / "named.yaml"
    tabbed.write_text(f"{HEAD}findings:\n\t- {{entity: IL6, level: high}}\n")
    named.write_text(f"{HEAD}date of birth: 1970-01-01\ncontext: {{mrn: '7'}}\n")
    files = (str(tabbed), str(named), str(tmp_path / "none.yaml"))
    ran = run("cases", "check", *files)
    assert ran.code == 3
    for words in (
        "tabbed.yaml:6:1: a tab stands where only spaces may",
        "named.yaml:5:1: key `date of birth` could identify a person",
        "named.yaml:6:11: key `mrn` could identify a person",
        "3 cases read, 4 problems",
    ):
        assert words in ran.out
    assert "no case file" in ran.err
    tested = run("test", CASE, *files)
    assert tested.code == 3
    assert f"ok   {CASE}" in tested.out
    assert "a tab stands" in tested.err
    assert "no case file" in tested.err


def test_only_missing_cases_are_not_found(run: Run) -> None:
    assert run("cases", "check", "none.yaml").code == 5
    ran = run("evaluate", CASE, "nothere", "ra-tocilizumb")
    assert (ran.code, ran.out) == (5, "")
    assert "`nothere`" in ran.err
    assert "did you mean `ra-tocilizumab`?" in ran.err


def test_every_value_of_the_wrong_form_is_told_how_to_write_it(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "forms.yaml"
    finding = "{entity: CRP, value: '48', unit: mg/L, reference: [5]}"
    file.write_text(f"{HEAD}interventions: no\nfindings:\n  - {finding}\nteaching: none\n")
    lines = run("cases", "check", str(file)).out.splitlines()
    assert [line.strip() for line in lines if line.startswith("  help")] == [
        "help: write `[...]`, or one line with `- ` for each",
        "help: write digits, without quotes",
        "help: write `[low, high]`",
        "help: write lines of `key: value`",
    ]


def test_a_strength_that_is_not_met_is_told_as_the_bound_that_was_missed(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "bound.yaml"
    expect = "expect: [{entity: CRP, direction: decreases, at_most: weak}]"
    file.write_text(f"{HEAD}interventions: [tocilizumab]\nask: [CRP]\n{expect}\n")
    assert "CRP: expected at most weak, found strong" in run("test", str(file)).out


@pytest.mark.parametrize("args", [("score", "none.csv"), ("verify", "none.json"), ("quiz", "grade", "none.csv")])
def test_a_file_that_is_not_there_is_not_found(run: Run, args: tuple[str, ...]) -> None:
    more = ("--quiz", "none.json") if args[0] == "quiz" else ()
    ran = run(*args, *more)
    assert ran.code == 5
    assert "there is no such file [no-file]" in ran.err


def test_an_empty_list_is_no_result_that_holds(run: Run) -> None:
    assert run("verify", "-", stdin=b"[]").code == 3


def test_a_result_cut_short_is_told_where(run: Run) -> None:
    ran = run("verify", "-", stdin=b'{"schema": "theralogic\n')
    assert ran.code == 3
    assert "<stdin>:1:23: not JSON: invalid control character" in ran.err


def test_a_table_without_rows_is_refused_and_a_strange_outcome_pointed_out(run: Run) -> None:
    head = b"intervention,disease,outcome\n"
    assert run("score", "-", stdin=head).code == 3
    ran = run("score", "-", "--format", "json", stdin=head + b"tocilizumab,rheumatoid arthritis,betterer\n")
    assert "`betterer` is not one of improves, no_benefit, worsens" in ran.err
    assert json.loads(ran.out)["accuracy"] == 0


PAGE = Path(__file__).parents[2] / "docs" / "cli.md"
BLOCKS = re.findall(r"^  Examples?:\n((?:    .*\n)+)", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
LOCAL = re.compile(
    r"mine|my-|\.(csv|json|bnet|parquet|yaml)\b|-o |[|>]| (serve|cohort|course|teach|compile|ask|new) |tcell"
)
LINES = sorted({line.strip() for block in BLOCKS for line in block.splitlines()} - {"theralogic test"})
EXAMPLES = [line for line in LINES if line.startswith("theralogic ") and not LOCAL.search(f"{line} ")]


@pytest.mark.parametrize("line", EXAMPLES)
def test_an_example_in_a_help_text_runs_as_shown(run: Run, line: str) -> None:
    ran = run(*shlex.split(line)[1:], shipped=True)
    assert ran.code == 0, ran.err
    assert ran.out


def test_long_names_are_broken_so_that_the_table_stays_a_table(run: Run) -> None:
    out = run("predict", "rheumatoid arthritis", "infliximab", shipped=True).out
    assert "  rheumatoid arthritis activity    " in out
    assert all(len(line) <= 100 for line in out.splitlines() if not line.startswith("Educational"))


def test_a_column_without_treatment_is_told_apart_from_one_with_it(run: Run) -> None:
    assert "Nothing is given under `what if`" in run("what-if", CASE, "--remove", "tocilizumab").out
    assert "Nothing is given" not in run("what-if", CASE, "--set", "IL6=normal").out


@pytest.mark.parametrize(
    "args",
    [
        ("why-not", CASE, "IL4"),
        ("what-if", CASE, "--set", "IL6=normal"),
        ("timeline", CASE),
        ("compare", "--disease", "rheumatoid arthritis", "tocilizumab", "infliximab"),
        ("step", CASE, "CRP", "--no-input"),
        ("explain", CASE, "--format", "tree"),
        ("evaluate", CASE, "--format", "table"),
    ],
)
def test_every_text_about_a_patient_begins_by_saying_that_nobody_is_meant(run: Run, args: tuple[str, ...]) -> None:
    first = run(*args, shipped=True).out.splitlines()[0]
    assert first.startswith("Rheumatoid arthritis")
    assert first.endswith("hypothetical case, for teaching")


def test_a_search_without_a_hit_says_what_was_perhaps_meant(run: Run) -> None:
    ran = run("rules", "search", "tocilizumap")
    assert (ran.code, ran.out) == (0, "0 found\n")
    assert "did you mean `tocilizumab`?" in ran.err
    assert run("rules", "search", " ").code == 2


@pytest.mark.parametrize(("typed", "name"), [("IL-6 signaling", "IL-6 signalling"), ("hemoglobin", "haemoglobin")])
def test_american_spelling_is_understood(run: Run, typed: str, name: str) -> None:
    assert f"  {name}  " in run("predict", "rheumatoid arthritis", "tocilizumab", "--ask", typed, shipped=True).out


def test_a_comparison_keeps_to_a_narrow_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    table = run("what-if", CASE, "--set", "IL6=normal", shipped=True).out.split("Where they part")[0]
    assert all(len(line) <= 60 for line in table.splitlines())
    assert "rheumatoid\n" not in table
    assert "  rheumatoid arthritis  " in table


@pytest.mark.parametrize("columns", [60, 80])
def test_a_timeline_keeps_to_a_narrow_terminal(run: Run, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    out = run("timeline", "cytokine-burst", shipped=True).out
    assert all(len(line) <= columns for line in out.splitlines() if not line.startswith("Educational"))
    assert "IL-10" in out


def test_a_timeline_too_wide_for_a_table_says_what_each_does_when(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    out = run("timeline", "cytokine-burst", shipped=True).out
    assert "  IL-10: falls moderately by hours, falls weakly by days and\n      weeks\n" in out


def test_a_comparison_folds_its_answers_where_they_leave_no_room_for_names(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    table = run("compare", CASE, "cytokine-burst", shipped=True).out.split("Where they part")[0]
    assert "out_of_context" in table
    assert all(len(line) <= 60 for line in table.splitlines())


def test_a_dose_that_no_rule_knows_is_refused_in_a_case_too(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "dose.yaml"
    arm = "arms: [{id: less, dose: {tocilizumab: lw}}]"
    file.write_text(f"{HEAD}interventions: [{{give: tocilizumab, dose: huge}}]\n{arm}\n")
    ran = run("cases", "check", str(file))
    assert ran.code == 3
    assert "dose.yaml:5:43: `huge` is not a dose of `tocilizumab` [unknown-word]" in ran.out
    assert "`lw` is not a dose of `tocilizumab`" in ran.out


@pytest.mark.parametrize(("target", "words"), [(".", "is a folder"), ("none/such.html", "there is no folder `none`")])
def test_a_place_that_can_not_be_written_is_named_for_what_it_is(run: Run, target: str, words: str) -> None:
    for args in (("report", CASE, "-o", target), ("teach", CASE, "--export", target)):
        ran = run(*args)
        assert ran.code == 2
        assert words in ran.err


@pytest.mark.parametrize(
    "args",
    [
        ("cohort", "run", "none", "-o", "out"),
        ("cohort", "make", "none", "-o", "out.csv"),
        ("cohort", "summary", "none"),
        ("cohort", "explain", "none", "--patient", "1"),
        ("rules", "compile", "none", "-o", "out"),
        ("rules", "ask", "none"),
        ("score", "none"),
        ("verify", "none"),
    ],
    ids=" ".join,
)
def test_a_file_or_folder_that_is_not_there_is_not_found_whatever_the_command(run: Run, args: tuple[str, ...]) -> None:
    ran = run(*args, shipped=True)
    assert ran.code == 5
    assert ran.err.startswith("none: there is no such f")
    assert ran.err.endswith("[no-file]\n  help: check the path\n")


def test_a_folder_where_a_table_is_expected_is_told_as_for_any_other_file(run: Run, tmp_path: Path) -> None:
    for args in (("cohort", "run", str(tmp_path), "-o", "out"), ("score", str(tmp_path))):
        ran = run(*args)
        assert (ran.code, ran.err) == (3, f"{tmp_path}: this is not a regular file [not-a-file]\n  help: name a file\n")


PATIENTS = "id,disease\n1,rheumatoid_arthritis\n"


@pytest.mark.parametrize(
    ("args", "wrong"),
    [
        (("screen", CASE, "--lower", "CPR", "--lower", "CRP", "--not-raise", "IL66"), ["CPR", "IL66"]),
        (
            ("cohort", "run", "TABLE", "--give", "tocilizumap", "--dose", "siltuximap=low", "--ask", "CPR"),
            ["tocilizumap", "siltuximap", "CPR"],
        ),
        (
            ("predict", "reumatoid arthritis", "tocilizumap", "--ask", "CPR", "--set", "IL66=high"),
            ["reumatoid arthritis", "tocilizumap", "CPR", "IL66"],
        ),
        (
            ("compare", "--disease", "reumatoid arthritis", "tocilizumap", "siltuximap", "--ask", "CPR"),
            ["reumatoid arthritis", "tocilizumap", "siltuximap", "CPR"],
        ),
        (
            ("what-if", CASE, "--add", "siltuximap", "--replace", "tocilizumab=infliximap", "--set", "IL66=high"),
            ["siltuximap", "infliximap", "IL66"],
        ),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_every_unknown_name_of_a_command_is_told_at_once_with_what_was_perhaps_meant(
    run: Run, tmp_path: Path, args: tuple[str, ...], wrong: list[str]
) -> None:
    table = tmp_path / "patients.csv"
    table.write_text(PATIENTS, encoding="utf-8")
    out = ("-o", str(tmp_path / "out")) if args[0] == "cohort" else ()
    ran = run(*(str(table) if arg == "TABLE" else arg for arg in args), *out, shipped=True)
    assert ran.code == 5
    assert [name for name in wrong if f"`{name}` [unknown-" not in ran.err] == []
    assert ran.err.count("did you mean") == len(wrong)


def test_both_cases_of_a_comparison_that_are_not_there_are_told_at_once(run: Run) -> None:
    ran = run("compare", "ra-tocilizumap", "crohn-secukinumap", shipped=True)
    assert ran.code == 5
    assert ran.err.count("[unknown-case]") == 2


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("IL-6 recepter", "IL-6 receptor"),
        ("RA activty", "RA_activity"),
        ("CPR", "CRP"),
        ("il6 signaling x", "IL6_signalling"),
    ],
)
def test_what_was_perhaps_meant_is_shown_as_it_is_written(run: Run, typed: str, meant: str) -> None:
    ran = run("explain", CASE, typed, shipped=True)
    assert (ran.code, f"did you mean `{meant}`?" in ran.err) == (5, True), ran.err


def test_a_direction_in_everyday_words_is_told_in_those_of_the_format(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "said.yaml"
    file.write_text(f"{HEAD}expect: [{{entity: CRP, direction: falls}}, {{entity: IL6, direction: same}}]\n")
    out = run("cases", "check", str(file)).out
    assert "`falls` is not a word for `direction` [unknown-word]\n  help: write `decreases`" in out
    assert "help: write `no_effect`" in out


def test_a_file_named_without_its_ending_is_pointed_at(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("lecture.yaml").write_text(HEAD)
    ran = run("evaluate", "lecture", shipped=True)
    assert (ran.code, "for the file here write `lecture.yaml`" in ran.err) == (5, True)


def test_a_case_that_could_not_be_read_is_counted_beside_those_that_could(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text("id: [")
    assert ", 1 not read (" in run("test", CASE, str(file), shipped=True).out


def test_an_id_that_is_none_is_answered_with_one_that_is(run: Run) -> None:
    ran = run("cases", "new", "My case!", "--disease", "rheumatoid arthritis")
    assert (ran.code, "as in `my-case`" in ran.err) == (2, True)
    assert "as in `my-case`" in run("cases", "new", "!", "--disease", "rheumatoid arthritis").err


def test_everything_wrong_with_a_learners_answers_is_told_at_once(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "answers.yaml"
    file.write_text("predictions: [{entity: CPR, direction: fals}]\ncounterfactual: sam\n")
    ran = run("teach", CASE, "--answers", str(file), shipped=True)
    assert ran.code == 3
    for wrong in ("unknown entity `CPR` [unknown-entity]\n  help: did you mean `CRP`?", "`fals` is no", "`sam` is no"):
        assert wrong in ran.err


def test_a_quiz_that_is_no_json_is_told_in_plain_words(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "quiz.json"
    file.write_text("learner,item,answer")
    ran = run("quiz", "grade", str(file), "--quiz", str(file), shipped=True)
    assert "is no quiz: it is not JSON [bad-quiz]" in ran.err


@pytest.mark.parametrize(
    "args", [("screen", CASE, "--lower", "CRP", "--top", "3"), ("why-not", CASE, "CRP")], ids=lambda args: args[0]
)
def test_a_screen_and_an_effect_that_does_come_keep_to_a_narrow_terminal(
    run: Run, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...]
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    lines = run(*args).out.splitlines()
    assert [line for line in lines if len(line) > 60 and not line.startswith("Educational")] == []
    assert any("falls strongly" in line for line in lines)


@pytest.mark.parametrize(
    "args",
    [("test",), ("cases", "list"), ("cases", "check"), ("timeline", CASE), ("doctor",), ("rules", "list")],
    ids=" ".join,
)
def test_a_folder_without_rules_is_told_as_one_whatever_is_asked_of_it(
    run: Run, tmp_path: Path, args: tuple[str, ...]
) -> None:
    ran = run(*args, "--kb", str(tmp_path), shipped=True)
    assert (ran.code, ran.out) == (5, "")
    assert "no folder `rules` in " in ran.err
