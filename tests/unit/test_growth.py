"""Every reader takes time in proportion to its input, however wrong the input is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.growth import MOST, growth

from theralogic.check import check
from theralogic.cohort.batch import batches_of, read_rows
from theralogic.cohort.patients import columns_of, patients_of
from theralogic.files import yaml_reader
from theralogic.files.cases import case_from_text
from theralogic.files.load import read_rules
from theralogic.files.locations import load_kb
from theralogic.files.resolve import Resolver
from theralogic.files.tables import Aside, column_names, to_parquet
from theralogic.files.yaml_reader import read_yaml
from theralogic.interchange.large_base import compile_table
from theralogic.interchange.logical_model import read_bnet, rest
from theralogic.model import errors
from theralogic.model.errors import InvalidInputError, Problem, Problems, TheralogicError, Where, nearest
from theralogic.model.records import KnowledgeBase
from theralogic.quiz.grading import read_answers
from theralogic.quiz.item import AnswerOption, QuizItem
from theralogic.quiz.make import Quiz

KB = load_kb(Path(__file__).parent.parent / "data" / "small")


def entities(count: int) -> str:
    return "".join(f"- {{id: e{n}, name: e{n}, kind: receptor}}\n" for n in range(count))


def mechanisms(count: int, subject: str = "e{n}", target: str = "e{after}", relation: str = "activates") -> str:
    """So many mechanisms; ``n`` is the number of each, ``after`` the next."""
    line = f"- {{id: m{{n}}, subject: {subject}, relation: {relation}, object: {target}, because: x}}\n"
    return "".join(
        line.replace("{n}", str(n)).replace("{after}", str((n + 1) % count)) for n in range(count)
    )  # fmt: skip


def root(folder: Path, **files: str) -> Path:
    """A rule base of a few folders with one file each."""
    for name, text in files.items():
        path = folder / "rules" / name / "big.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def base(folder: Path) -> KnowledgeBase:
    return Resolver(read_rules(folder)).knowledge_base()


def error_of(work: Callable[[], Any]) -> TheralogicError:
    with pytest.raises(TheralogicError) as caught:
        work()
    return caught.value


RULES: dict[str, Callable[[int], dict[str, str]]] = {
    "sound rules": lambda n: {"entities": entities(n), "mechanisms": mechanisms(n)},
    "misspelt subjects": lambda n: {"entities": entities(n), "mechanisms": mechanisms(n, "e{n}x")},
    "unknown keys": lambda n: {"entities": entities(n).replace("kind:", "kinds:")},
    "unknown words": lambda n: {"entities": entities(n).replace("receptor", "recepter")},
    "the same id": lambda n: {"entities": "- {id: e, name: e, kind: receptor}\n" * n},
    "hidden characters": lambda n: {"entities": "- {id: e, name: \u200b, kind: receptor}\n" * n},
    "empty items": lambda n: {"entities": "- []\n" * n},
    "broken items": lambda n: {"mechanisms": "- {id: x, subject: nobody}\n" * n},
    "members that are no names": lambda n: {"entities": f"- {{id: a, name: a, kind: gene, xrefs: [{'1,' * n}]}}\n"},
    "deep gates": lambda n: {
        "entities": entities(1)
        + "".join(
            f"- {{id: g{k}, name: g{k}, kind: complex, requires: [{f'g{k + 1}' if k < n - 1 else 'e0'}]}}\n"
            for k in range(n)
        )
    },
    "a ring of gates": lambda n: {
        "entities": "".join(
            f"- {{id: g{k}, name: g{k}, kind: complex, requires: [g{(k + 1) % n}]}}\n" for k in range(n)
        )
    },
}


@pytest.mark.parametrize("what", RULES)
def test_rules_are_read_in_proportion_to_their_size(what: str, tmp_path: Path) -> None:
    def work(size: int) -> Callable[[], Any]:
        folder = root(tmp_path / str(size), **RULES[what](size))

        def read() -> None:
            with suppress(InvalidInputError):
                base(folder)

        return read

    assert growth(work, 500) < MOST


CHECKED: dict[str, Callable[[int], dict[str, str]]] = {
    "mechanisms between the same two": lambda n: {"entities": entities(2), "mechanisms": mechanisms(n, "e0", "e1")},
    "mechanisms in as many contexts": lambda n: {
        "entities": entities(2),
        "mechanisms": mechanisms(n, "e0", "e1, where: {tissue: t{n}}"),
    },
    "entities with one identifier": lambda n: {
        "entities": entities(n).replace("kind", "xrefs: ['HGNC:1'], kind"),
    },
    "a chain from an exposure": lambda n: {
        "entities": entities(n).replace("receptor", "drug_exposure", 1),
        "mechanisms": mechanisms(n).rpartition("- ")[0],
    },
}


@pytest.mark.parametrize("what", CHECKED)
def test_rules_are_checked_in_proportion_to_their_size(what: str, tmp_path: Path) -> None:
    def work(size: int) -> Callable[[], Any]:
        kb = base(root(tmp_path / str(size), **CHECKED[what](size)))
        return lambda: check(kb)

    assert growth(work, 400) < MOST


CASES: dict[str, Callable[[int], str]] = {
    "unknown names": lambda n: f"ask: [{', '.join(f'nothing{k}' for k in range(n))}]\n",
    "unknown names in a broken case": lambda n: f"tilte: x\nask: [{', '.join(f'nothing{k}' for k in range(n))}]\n",
    "unknown keys": lambda n: "".join(f"key{k}: x\n" for k in range(n)),
    "unknown rules": lambda n: f"expect: [{{entity: CRP, direction: decreases, by: [{'nothing, ' * n}]}}]\n",
    "arms": lambda n: "arms:\n" + "".join(f"- {{id: a{k}}}\n" for k in range(n)),
}


@pytest.mark.parametrize("what", CASES)
def test_a_case_is_read_in_proportion_to_its_size(what: str) -> None:
    def work(size: int) -> Callable[[], Any]:
        text = f"id: x\nhypothetical: true\ntitle: x\n{CASES[what](size)}".encode()

        def read() -> None:
            with suppress(TheralogicError):
                case_from_text(text, "x.yaml", KB)

        return read

    assert growth(work, 200) < MOST


def test_the_first_hundred_problems_are_told_and_the_others_counted_by_kind() -> None:
    found = Problems(Problem("bad-value", f"number {n}", Where("a.yaml", n + 1, 1)) for n in range(150))
    found += [Problem("unknown-key", "x"), Problem("bad-value", "x")]
    told = InvalidInputError.of(found).problems
    assert [str(problem) for problem in told[-2:]] == [
        "a.yaml: 51 more problems of this kind [bad-value]",
        "a.yaml: 1 more problem of this kind [unknown-key]",
    ]
    assert len(told) == 102
    assert told[0].message == "number 0"
    again = Problems(found)
    assert (len(again), again.more) == (100, {"bad-value": 51, "unknown-key": 1})


def test_only_the_first_twenty_problems_get_a_suggestion() -> None:
    misspelt = [f"synovial inflammation{one}{two}" for one in "bcdefghi" for two in "vwxyz"]
    text = f"id: x\nhypothetical: true\ntitle: x\nask: [{', '.join(misspelt)}]\n"
    told = error_of(lambda: case_from_text(text.encode(), "x.yaml", KB)).problems
    assert [str(problem.help).startswith("did you mean") for problem in told] == [True] * 20 + [False] * 20


def test_a_name_is_compared_with_a_bounded_number_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "MOST_COMPARED", 3)
    assert nearest("interleukin7", [f"interleukin{n}" for n in range(100)]) == "interleukin7"
    assert nearest("actvates", ["inhibits", "blocks", "activates", "supplies"]) == "activates"
    assert nearest("activates", ["a", "activates" * 9]) is None


def test_reading_ends_where_there_are_too_many_problems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "MOST_COUNTED", 200)
    texts = {
        "empty items": "- []\n" * 500,
        "doubled keys": "- {a: 1" + ", a: 1" * 500 + "}\n",
        "members": f"- {{id: a, name: a, kind: gene, aliases: [{'1,' * 500}]}}\n",
    }
    for name, text in texts.items():
        folder = root(tmp_path / name, entities=text)
        error = error_of(lambda folder=folder: base(folder))  # type: ignore[misc]
        assert "reading stopped after 200 problems [too-large]" in str(error), name
        assert len(error.problems) == 102, name


def test_a_file_of_too_many_items_is_let_go_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = read_yaml(b"- []\n" * 50, "x.yaml", 20)
    assert [str(problem.where) for problem in document.problems] == ["x.yaml:20:3"]
    assert (document.data, document.cut) == (None, True)
    monkeypatch.setattr("theralogic.files.load.MOST_ITEMS", 100)
    folder = root(tmp_path, entities=entities(10), mechanisms=mechanisms(10))
    assert error_of(lambda: base(folder)).code == "too-large"
    assert f"more than {yaml_reader.MOST_ITEMS:,} items" in str(error_of(lambda: base(folder)))


# -- tables ---------------------------------------------------------------------------------------------------


def csv_of(columns: list[str], rows: list[list[str]]) -> bytes:
    return "".join(f"{','.join(row)}\n" for row in [columns, *rows]).encode()


WIDE: dict[str, Callable[[int], list[str]]] = {
    "unknown columns": lambda n: ["id", *(f"nothing{k}" for k in range(n))],
    "unknown contexts": lambda n: ["id", *(f"context.nothing{k}" for k in range(n))],
    "one column again and again": lambda n: ["id", *["CRP"] * n],
}


@pytest.mark.parametrize("what", WIDE)
def test_columns_are_understood_in_proportion_to_their_number(what: str) -> None:
    def work(size: int) -> Callable[[], Any]:
        names = WIDE[what](size)

        def read() -> None:
            with suppress(TheralogicError):
                columns_of(names, KB, "table")

        return read

    assert growth(work, 200) < MOST


ROWS: dict[str, Callable[[int], list[list[str]]]] = {
    "unknown diseases": lambda n: [[str(k), f"nothing {k}", "high", ""] for k in range(n)],
    "words that are no levels": lambda n: [[str(k), "", f"word {k}", ""] for k in range(n)],
    "a context each": lambda n: [[str(k), "", "high", f"phase {k}"] for k in range(n)],
    "two diseases each": lambda n: [[str(k), f"{RA}; {RA} {k}", "", f"phase {k}"] for k in range(n)],
    "short rows": lambda n: [["1"]] * n,
    "open quotes": lambda n: [['"1', "", "", ""]] * n,
}
RA = "rheumatoid arthritis"


@pytest.mark.parametrize("what", ROWS)
def test_rows_of_patients_are_read_in_proportion_to_their_number(what: str, tmp_path: Path) -> None:
    def work(size: int) -> Callable[[], Any]:
        path = tmp_path / f"{size}.csv"
        path.write_bytes(csv_of(["id", "disease", "IL6", "context.phase"], ROWS[what](size)))

        def read() -> None:
            target = path.with_suffix(".parquet")
            aside: list[Aside] = []
            to_parquet(path, target, column_names(path), aside.append)
            table = pq.read_table(target)
            if table.num_rows:
                patients_of(table, columns_of(table.column_names, KB, "table"), KB, 1)

        return read

    assert growth(work, 300) < MOST


@pytest.mark.parametrize("what", ["a column a line", "short lines", "broken lines"])
def test_lines_of_json_are_read_in_proportion_to_their_number(what: str, tmp_path: Path) -> None:
    line = {
        "a column a line": '{{"id": "{n}", "c{n}": "x"}}',
        "short lines": '{{"id": "{n}"}}',
        "broken lines": "{{{n}",
    }

    def work(size: int) -> Callable[[], Any]:
        path = tmp_path / f"{size}.jsonl"
        path.write_text("\n".join(line[what].format(n=n) for n in range(size)))

        def read() -> None:
            with suppress(TheralogicError):
                column_names(path)

        return read

    assert growth(work, 300) < MOST


def test_batches_of_many_row_groups_do_not_look_at_all_of_them_each_time(tmp_path: Path) -> None:
    def work(size: int) -> Callable[[], Any]:
        path = str(tmp_path / f"{size}.parquet")
        pq.write_table(pa.table({"id": [str(n) for n in range(size)]}), path, row_group_size=1)

        def read() -> int:
            rows = [read_rows(path, batch)["id"].to_pylist() for batch in batches_of(path, 2)]
            assert rows == [[str(n), str(n + 1)] for n in range(0, size, 2)]
            return len(rows)

        return read

    assert growth(work, 50) < MOST


def test_answers_of_a_class_are_read_in_proportion_to_their_number() -> None:
    options = (AnswerOption("yes", True, "", ""), AnswerOption("no", False, "", ""))
    items = tuple(QuizItem(f"item{n}", "silence", "x", "?", options, (), "") for n in range(50))
    quiz = Quiz(title="x", rules="", seed=0, items=items, dropped={}, disclaimer="")

    def work(size: int) -> Callable[[], Any]:
        text = csv_of(["learner", "item", "answer"], [["L1", f"itme{n}", "A"] for n in range(size)])
        return lambda: error_of(lambda: read_answers(text, "a.csv", quiz))

    assert growth(work, 200) < MOST


TABLES: dict[str, Callable[[int], tuple[str, str]]] = {
    "a chain": lambda n: ("".join(f"e{k},activates,e{k + 1}\n" for k in range(n)), "g,e0\n"),
    "gates in gates": lambda n: ("a,activates,b\n", "".join(f"g{k + 1},g{k}\n" for k in range(n))),
    "a gate of many": lambda n: ("a,activates,b\n", "".join(f"g,m{k}\n" for k in range(n))),
    "rows that can't be read": lambda n: ("a\n" * n, "g,a\n"),
}


@pytest.mark.parametrize("what", TABLES)
def test_a_large_table_is_compiled_in_proportion_to_its_size(what: str, tmp_path: Path) -> None:
    def work(size: int) -> Callable[[], Any]:
        mechanisms, gates = tmp_path / f"{size}m.csv", tmp_path / f"{size}g.csv"
        rows, members = TABLES[what](size)
        mechanisms.write_text(f"subject,relation,object\n{rows}")
        gates.write_text(f"complex,member\n{members}")

        def read() -> None:
            with suppress(InvalidInputError):
                compile_table(mechanisms, gates, tmp_path / "base")

        return read

    assert growth(work, 300) < MOST


# -- logical models -------------------------------------------------------------------------------------------

MODELS: dict[str, Callable[[int], str]] = {
    "a ring": lambda n: "".join(f"n{k:05}, n{(k + 1) % n:05}\n" for k in range(n)),
    "a ring the other way": lambda n: "".join(f"n{k:05}, n{(k - 1) % n:05}\n" for k in range(n)),
    "one that all follow": lambda n: "".join(f"n{k:05}, n00000 | n{(k + 1) % n:05}\n" for k in range(n)),
    "lines that are none": lambda n: "nothing\n" * n,
    "the same node": lambda n: "a, b\n" * n,
    "names that are none": lambda n: "".join(f"n{k:05}, %{k}\n" for k in range(n)),
}


@pytest.mark.parametrize("what", MODELS)
def test_a_logical_model_is_read_and_comes_to_rest_in_proportion_to_its_size(what: str) -> None:
    def work(size: int) -> Callable[[], Any]:
        text = MODELS[what](size).encode()

        def read() -> None:
            with suppress(InvalidInputError):
                rest(read_bnet(text, "m.bnet"), ["n00000"])

        return read

    assert growth(work, 200) < MOST
