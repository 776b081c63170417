"""Every code that a problem can have: what it means, the smallest example, and how to mend it.

The one list of codes. ``docs/errors.md`` is written from it, and a test holds it against the places where problems are
raised. Nothing imports it while a command runs.
"""

from __future__ import annotations

from typing import NamedTuple


class ErrorCode(NamedTuple):
    """``meaning`` and ``mend`` are sentences; ``example`` is the smallest input that has the problem."""

    meaning: str
    mend: str
    example: str


ERROR_CODES: dict[str, dict[str, ErrorCode]] = {
    "Files": {
        "no-file": ErrorCode(
            "There is no file or folder of this name.", "Check the path.", "theralogic verify nothing.json"
        ),
        "not-a-file": ErrorCode(
            "A folder, a socket or a device stands where a file is expected.",
            "Name a plain file.",
            "theralogic verify /dev",
        ),
        "unreadable": ErrorCode(
            "The operating system refuses to read the file.", "Check its permissions.", "chmod 000 case.yaml"
        ),
        "link-outside": ErrorCode(
            "A symbolic link leads out of the folder of the rule base, so it is not followed.",
            "Put the file itself there.",
            "rules/entities/all.yaml -> ../../../elsewhere.yaml",
        ),
        "too-large": ErrorCode(
            "A file has more than 64 MB, or one text has more than 20,000 characters. A saved result has more values, "
            "arms, answers, drugs or facts than `SECURITY.md` lists. On the server: an address "
            "has more "
            "than 8,000 bytes (status 414), or a request has a body (status 413).",
            "Split it or shorten it.",
            "because: a sentence of 30,000 characters",
        ),
        "not-text": ErrorCode("The bytes are not UTF-8.", "Save the file as UTF-8.", "name: \\xe4"),
        "hidden-character": ErrorCode(
            "The text holds a character that nobody sees, such as a control character or one that changes the "
            "direction "
            "of writing.",
            "Delete it.",
            "name: IL\\u202e6",
        ),
        "empty": ErrorCode("The file, or a key in it, holds nothing.", "Fill it in, or remove it.", "id:"),
        "unknown-folder": ErrorCode(
            "A folder below `rules/` is none of `entities`, `mechanisms`, `diseases`, `interventions` and `cautions`.",
            "Rename it.",
            "rules/mechanism/il6.yaml",
        ),
        "no-rules": ErrorCode(
            "There is no folder `rules/` where a rule base was looked for.",
            "Name the folder that holds `rules/` with `--kb`.",
            "theralogic rules check --kb /tmp",
        ),
        "needs-extra": ErrorCode(
            "The command or format needs a package that is not installed.",
            "Install the extra that the help names, or use the other format that it names.",
            "theralogic cohort run patients.csv, without NumPy",
        ),
        "bad-formula": ErrorCode(
            "A line of a logical model (`.bnet`) is not `NODE, FORMULA`, or its formula can't be read.",
            "Write names, `!`, `&`, `|` and brackets, as in `A & (B | !C)`.",
            "CRP, IL6 &",
        ),
        "no-rest": ErrorCode(
            "A logical model never comes to rest from this start.",
            "Start it with other nodes on: `--on NODE`.",
            "A, !A",
        ),
    },
    "YAML": {
        "yaml-syntax": ErrorCode(
            "The file is not YAML. The place is where reading stopped.",
            "Look at the indentation, colons and quotes there and just before.",
            "name: [IL-6",
        ),
        "yaml-tag": ErrorCode(
            "There is a tag, such as `!!python/object`. Rules and cases are plain data.",
            "Remove it.",
            "level: !!str high",
        ),
        "yaml-alias": ErrorCode(
            "There is an anchor (`&x`) or an alias (`*x`).",
            "Write the value out, so that the file shows all there is.",
            "ask: *same",
        ),
        "duplicate-key": ErrorCode(
            "The same key stands twice in one mapping. YAML would silently keep one of them.",
            "Keep the one you mean.",
            "{id: a, id: b}",
        ),
        "bad-key": ErrorCode("A key is a list or a mapping.", "Write plain text as key.", "{[a, b]: c}"),
        "too-deep": ErrorCode(
            "The data is nested deeper than any rule or case needs.", "Flatten it.", "[[[[[[[[[[...]]]]]]]]]]"
        ),
        "not-a-number": ErrorCode(
            "The value is `.nan`, `.inf` or a number that is too large to be one.",
            "Write a finite number.",
            "value: .inf",
        ),
    },
    "Keys and values": {
        "wrong-shape": ErrorCode(
            "A list stands where a mapping belongs, or the other way round.",
            "Write what the message says.",
            "findings: {}",
        ),
        "unknown-key": ErrorCode(
            "The format has no such key.", "Use the nearest key, which is suggested.", "stregth: weak"
        ),
        "missing-key": ErrorCode(
            "A key is missing without which the item means nothing.", "Add it.", "- {subject: IL6}"
        ),
        "unknown-word": ErrorCode(
            "The word is not in the closed list of its key, such as a relation or a level.",
            "Use the nearest word, which is suggested.",
            "relation: inhbits",
        ),
        "bad-value": ErrorCode(
            "The value has the wrong type or size.", "The message says what is wanted.", "hypothetical: maybe"
        ),
        "bad-id": ErrorCode(
            "The id holds something other than plain letters, digits, `_`, `+`, `.` and `-`.",
            "Write a plain id.",
            "id: il 6",
        ),
        "bad-curie": ErrorCode(
            "The identifier is not written `PREFIX:local`.", "Write it so, as in `HGNC:6018`.", "xrefs: [6018]"
        ),
        "bad-condition": ErrorCode(
            "A condition of a caution lacks a part.", "Add the part that the message names.", "when: [{change: CRP}]"
        ),
        "identifies-a-person": ErrorCode(
            "The key could identify a person, such as a name, a date of birth or a record number. Cases are "
            "hypothetical.",
            "Leave it out.",
            "date_of_birth: 1970-01-01",
        ),
    },
    "Names": {
        "duplicate-id": ErrorCode("Two things have one id.", "Rename one.", "two entities with `id: IL6`"),
        "duplicate-name": ErrorCode(
            "A name or alias already names another thing.", "Give one name to one thing.", "aliases: [CRP] on IL-6"
        ),
        "unknown-entity": ErrorCode(
            "No entity has this id, name or alias.", "Look it up: `theralogic rules search TEXT`.", "IL-66"
        ),
        "unknown-disease": ErrorCode(
            "No disease has this id, name or alias.",
            "Look it up: `theralogic rules list disease`.",
            "disease: artritis",
        ),
        "unknown-intervention": ErrorCode(
            "No drug or other intervention has this id, name or alias.",
            "Look it up: `theralogic rules list intervention`.",
            "interventions: [tocilizumap]",
        ),
        "ambiguous-name": ErrorCode(
            "Several things of this kind are called so, and nothing here says which is meant.",
            "Write one of those that the message lists.",
            "theralogic predict PV ruxolitinib",
        ),
        "unknown-rule": ErrorCode(
            "No mechanism, complex or caution has this id.",
            "Look it up: `theralogic rules search TEXT`.",
            "theralogic rules show il10-inhbits-il6",
        ),
        "unknown-case": ErrorCode(
            "No shipped case has this name, and no file of that name is here.",
            "See `theralogic cases list`.",
            "theralogic explain ra-tocilizumap",
        ),
        "unknown-arm": ErrorCode(
            "The case has no arm of this id.", "Use one that the message names.", "theralogic why-not CASE CRP --arm b"
        ),
    },
    "Rules that contradict themselves": {
        "complex-members": ErrorCode(
            "`requires` stands on something that is no complex, or a complex has no `requires`.",
            "Make it a complex, or take `requires` out.",
            "{id: A, kind: cytokine, requires: [B]}",
        ),
        "member-twice": ErrorCode("A complex names a member twice.", "Name it once.", "requires: [A, A]"),
        "gate-cycle": ErrorCode(
            "A complex is, through its members, a member of itself.",
            "Leave one member out.",
            "A requires B, B requires A",
        ),
        "self-loop": ErrorCode(
            "The subject of a mechanism is its object.", "Name what stands between.", "{subject: IL6, object: IL6}"
        ),
        "parent-cycle": ErrorCode("A disease is its own ancestor.", "Leave one parent out.", "parents: [itself]"),
        "complex-level": ErrorCode(
            "A level is stated for a complex. Its level follows from its members.",
            "State their levels.",
            "findings: [{entity: IL6_signalling, level: high}]",
        ),
    },
    "Cases": {
        "not-hypothetical": ErrorCode(
            "A case lacks `hypothetical: true`. Only made-up patients belong here.",
            "Say that this one is.",
            "id: my-case",
        ),
        "no-level": ErrorCode(
            "A finding has neither a level nor a measured value.", "Add one of them.", "- {entity: IL6}"
        ),
        "no-value": ErrorCode(
            "There is a reference range without the measured value.",
            "Add `value:`.",
            "- {entity: CRP, reference: [0, 5]}",
        ),
        "no-reference": ErrorCode(
            "There is a measured value without the range it is judged by.",
            "Write `reference: [low, high]`.",
            "- {entity: CRP, value: 48}",
        ),
        "bad-reference": ErrorCode("The range is upside down.", "Write the lower limit first.", "reference: [5, 0]"),
        "level-disagrees": ErrorCode(
            "A level is stated beside a value that means another one.",
            "Leave one of the two out.",
            "level: low, value: 48",
        ),
        "finding-twice": ErrorCode(
            "There are two findings on one entity.", "Keep one.", "--set IL6=high --set IL6=low"
        ),
        "diseases-disagree": ErrorCode(
            "Two diseases of the patient give one entity different levels.",
            "Add a finding that decides.",
            "disease: [a, b]",
        ),
        "not-given": ErrorCode(
            "A dose, a removal or a replacement names something that is not given in the case.",
            "Name what is given.",
            "theralogic what-if ra-untreated --remove tocilizumab",
        ),
        "bad-option": ErrorCode("The value of an option is not of the form `NAME=VALUE`.", "Write it so.", "--set IL6"),
    },
    "Teaching": {
        "bad-chain": ErrorCode(
            "A learner's chain has no link that can be read, or far too many.",
            "Write `A -> B -| C`, or `A activates B, B inhibits C`.",
            "IL-6 and CRP",
        ),
        "nothing-to-teach": ErrorCode(
            "Nothing that the case asks about changes, so there is no chain to explain.",
            "Ask about something that changes.",
            "ask: [serum IL-4]",
        ),
        "bad-quiz": ErrorCode(
            "The file is not the JSON of a quiz, or was changed so that an exercise has not exactly one right option.",
            "Make it again with `theralogic quiz make`.",
            "{}",
        ),
        "unknown-kind": ErrorCode(
            "There is no such kind of exercise.",
            "See `theralogic quiz kinds`.",
            "theralogic quiz make CASE --kind essay",
        ),
        "unknown-item": ErrorCode(
            "The answers name an exercise that the quiz does not have.",
            "Use the ids of the quiz that was handed out.",
            "L1,1,A",
        ),
        "other-printing": ErrorCode(
            "The answers come from a sheet on which the options stand in another order, so its letters mean other "
            "options.",
            "Grade it with the key that was made with the same `--seed`.",
            "a sheet of --seed 0, a key of --seed 1",
        ),
        "unknown-answer": ErrorCode(
            "The answer is neither a letter nor the text of an option of this exercise.", "Write a letter.", "L1,a12,Z"
        ),
        "unknown-lesson": ErrorCode(
            "The course has no lesson with this number.", "See `theralogic course list`.", "theralogic course show 99"
        ),
        "unknown-pattern": ErrorCode(
            "There is no such pattern of reasoning.",
            "See `theralogic rules list pattern`.",
            "theralogic rules show releasing-a-break",
        ),
    },
    "What `theralogic rules check` finds": {
        "shortcut": ErrorCode(
            "Error: a drug, or a rule from something that only drugs raise, acts on an outcome directly. The chain "
            "between "
            "them is the point.",
            "Write the chain.",
            "tocilizumab lowers RA activity",
        ),
        "deficit-name": ErrorCode(
            'Error: an entity is named after a lack, such as "loss of" or "-penia".',
            "Name what can rise and fall, and let its level say the rest.",
            "id: neutropenia",
        ),
        "refuted": ErrorCode(
            "Error: all evidence of a mechanism refutes it.", "Take the mechanism out.", "stance: refutes"
        ),
        "no-reference-given": ErrorCode(
            "Error: the evidence is of a kind that is published somewhere, and does not say where.",
            "Add `ref:`, or mark it `kind: textbook`.",
            "evidence: [{kind: rct}]",
        ),
        "uncited": ErrorCode(
            "Warning: a mechanism has no evidence.", "Add `evidence:`.", "a mechanism without `evidence:`"
        ),
        "single-source": ErrorCode(
            "Note: a strong mechanism rests on one publication.",
            "Look for a second one.",
            "strength: strong, one `ref:`",
        ),
        "never-operative": ErrorCode(
            "Error or warning: the context of a mechanism can't be met, or no disease meets it.",
            "Mend `where:` and `unless:`.",
            "where: {tissue: liver}, unless: {tissue: liver}",
        ),
        "sign-conflict": ErrorCode(
            "Warning: two mechanisms of opposite sign between the same two things hold in one context.",
            "Give each its context.",
            "A activates B, A inhibits B",
        ),
        "duplicate-mechanism": ErrorCode(
            "Warning: two mechanisms say the same in one context.", "Keep one.", "A activates B, A induces B"
        ),
        "many-contexts": ErrorCode(
            "Warning: mechanisms in more than 50 contexts lead from one thing to another; not all pairs were compared.",
            "Say what they have in common once.",
            "A activates B in each of 60 tissues",
        ),
        "synonym": ErrorCode(
            "Warning: two entities have names of the same words. Note: two entities share an identifier.",
            "Merge them, or name them apart.",
            "name: IL-6 receptor, name: receptor IL-6",
        ),
        "look-alike-name": ErrorCode(
            "Note: two things of one kind have names that only spelling sets apart, so other spellings find neither.",
            "Rename one, or write the name under `shared_names` of both.",
            "aliases: [IL-27] of one, id: IL27 of the other",
        ),
        "gate-never-open": ErrorCode(
            "Warning: a complex has a member that is absent and that nothing raises.",
            "Add what raises it, or its level.",
            "requires: [X], X with `level: absent`",
        ),
        "unreachable": ErrorCode(
            "Warning: nothing given in any case or disease, and no drug, can start this mechanism.",
            "Add what starts it.",
            "a mechanism from an entity nothing acts on",
        ),
        "never-passes": ErrorCode(
            "Warning: a mechanism waits for a change larger than its subject can ever make.",
            "Lower `needs:`.",
            "needs: strong, after a weak mechanism",
        ),
        "unused-entity": ErrorCode(
            "Warning: no rule, disease, drug or caution mentions the entity.", "Use it, or take it out.", "- {id: X}"
        ),
        "unknown-prefix": ErrorCode(
            "Error: the identifier is of a register that is not known here.", "Use a known one.", "xrefs: [FOO:1]"
        ),
        "bad-identifier": ErrorCode(
            "Error: the identifier does not have the form that its register uses.", "Correct it.", "xrefs: [HGNC:abc]"
        ),
    },
    "Tables, results and engines": {
        "bad-table": ErrorCode(
            "A table, or one of its rows, can't be read; or a needed column is missing or blank; or there are too "
            "many rows. "
            "Comma, semicolon and tab, UTF-8 and UTF-16 are read.",
            "Mend the row that is named.",
            "three fields below a header of two",
        ),
        "bad-result": ErrorCode(
            "What was given to `verify` is not a result of this program.",
            "Save one with `theralogic evaluate CASE --format json -o FILE`.",
            "{}",
        ),
        "engine-unavailable": ErrorCode(
            "durable-rules is not installed, or does not run on this Python.",
            "Use `--engine reference`, which gives the same answers.",
            "--engine durable on Python 3.13",
        ),
        "engine-failed": ErrorCode(
            "durable-rules met something that it can't do.",
            "Use `--engine reference`, which gives the same answers, and report the case.",
            "a defect",
        ),
        "too-many-facts": ErrorCode(
            "One world needs more facts than durable-rules holds safely.",
            "Use `--engine reference`.",
            "a rule base of a million mechanisms",
        ),
        "bad-base": ErrorCode(
            "The file is not a rule base that `rules compile` made, or it is damaged.",
            "Make it again from its table: `theralogic rules compile`.",
            "theralogic rules ask notes.txt",
        ),
        "outdated-base": ErrorCode(
            "Another version of the program compiled this rule base. What its table says may mean something else now.",
            "Make it again from its table: `theralogic rules compile`.",
            "theralogic rules ask large.base, after an update",
        ),
    },
    "Cohorts": {
        "another-result": ErrorCode(
            "The folder for a cohort's result is not empty, or holds the result of another table, other arms, "
            "other rules or "
            "another version of the program. An interrupted run goes on only where everything is the same.",
            "Name a new folder.",
            "-o result, used before for another drug",
        ),
        "in-use": ErrorCode(
            "Another run writes into the same folder.",
            "Wait until it has ended, or name another folder.",
            "two `cohort run` with the same -o at once",
        ),
        "other-code": ErrorCode(
            "A worker of the cluster has another version of the program, so its answers could differ.",
            "Install the same version on every worker.",
            "a Dask worker that was not updated",
        ),
        "bad-arms": ErrorCode(
            "The file for `--arms` has no arms, or one that changes findings or context.",
            "Write `arms:` as in a case, each with what it adds. Findings belong into the table of patients.",
            "arms: []",
        ),
        "nothing-asked": ErrorCode(
            "No disease in the table has an activity that could be asked for.",
            "Name entities with `--ask`, or use `--all`.",
            "a table without the column `disease`",
        ),
        "no-cluster": ErrorCode(
            "No Dask scheduler answers at the address, it has no workers, or Dask is not installed.",
            "Check the address and start workers; `pip install 'theralogic[dask]'`.",
            "--scheduler tcp://nowhere:8786",
        ),
        "worker-lost": ErrorCode(
            "A process that answered patients has gone, on this machine or on the cluster.",
            "Give the same command again: it goes on where it stopped. Fewer `--workers` or smaller batches take less "
            "memory.",
            "a worker that the operating system ended for want of memory",
        ),
        "bad-cohort": ErrorCode(
            "The folder is not the result of `cohort run`, or was made with other rules, or its table of patients "
            "is gone.",
            "Run the cohort again.",
            "theralogic cohort summary /tmp",
        ),
        "bad-distribution": ErrorCode(
            "A cohort's specification gives a finding neither weights of levels nor one distribution with a "
            "reference range, "
            "or both, or weights that are all 0.",
            "Give one of the two.",
            "IL6: {levels: {high: 0}}",
        ),
        "unknown-patient": ErrorCode(
            "No patient of the result has this id. Without a column `id` patients are numbered from 1.",
            "Use an id of the table.",
            "theralogic cohort explain result --patient 0",
        ),
    },
    "Served": {
        "no-address": ErrorCode(
            "The address or port can't be had, most often because another program has it.",
            "Choose another `--port`.",
            "theralogic serve, twice",
        ),
        "not-loopback": ErrorCode(
            "The address can be reached by others. There are neither passwords nor encryption.",
            "Add `--network` only where you trust everybody on the network.",
            "theralogic serve --host 0.0.0.0",
        ),
        "unknown-host": ErrorCode(
            "Status 421: a browser asked under a name that is not this server's. Refusing it keeps other sites out.",
            "Use `localhost`, or start with `--name NAME`.",
            "a page opened under another name",
        ),
        "cross-site": ErrorCode(
            "Status 403: a page of another site asked for this in the background.",
            "Follow a link instead, which is fine.",
            "an image on another site",
        ),
        "only-get": ErrorCode(
            "Status 405: nothing can be sent or changed, only asked.", "Write the question as an address.", "POST /"
        ),
        "unknown-page": ErrorCode("Status 404: there is no such page.", "Begin at the start page.", "/nothing"),
        "no-question": ErrorCode(
            "The address names neither a case nor a disease nor a drug.", "Add one of them.", "/patient"
        ),
        "too-many": ErrorCode(
            "There are more drugs, levels, diseases, questions or values than one address may name.",
            "Leave some out.",
            "an address with 200 drugs",
        ),
        "too-slow": ErrorCode(
            "Status 503: the time for one answer is up.",
            "Ask for less, or try again when the computer is less busy.",
            "a rule base without end",
        ),
        "too-busy": ErrorCode(
            "Status 503: too many answers are waited for.", "Try again in a moment.", "a class that asks all at once"
        ),
        "internal": ErrorCode(
            "Status 500: an error of the program.", "Please report it with the address of the page.", "a defect"
        ),
    },
}
"""All codes, by the part of the program that they belong to."""

FAULTS: dict[str, str] = {
    "other-rules": "The result rests on other rules than those it is checked against.",
    "wrong-rules": "The version or digest of the rules is not theirs, or more is said of them.",
    "wrong-disclaimer": "The disclaimer is not the one that every result carries.",
    "unknown-engine": "No engine has this name.",
    "other-case": "Id or digest are not those of the known case; a changed case has another digest.",
    "not-as-expected": "The known case expects something else of its result.",
    "bad-word": "A word, an id, a digest or a title that no case and no result can have.",
    "unknown-disease": "The rules have no such disease.",
    "diseases-disagree": "Two diseases give an entity different levels, and no finding decides.",
    "bad-finding": "The entity can't have a level, or the level is none.",
    "bad-drug": "A drug is called otherwise than in the rules, has a dose that nobody knows, or does nothing.",
    "bad-action": "There is no such verb, target or potency.",
    "arms-differ": "The arms of what went in are not those of the results.",
    "unknown-entity": "The rules have no such entity.",
    "answered-twice": "One question has two answers.",
    "wrong-context": "What went in is not what the case says, or does not follow from it.",
    "worlds-differ": "There is a world too many or too few.",
    "wrong-level": "A level is not the one that follows.",
    "settled-twice": "An entity changes twice in a world.",
    "wrong-given": "What is given does not change as it has to.",
    "not-given": "A change is said to be given, and nothing gives it.",
    "unfounded": "No rule proposes the change.",
    "wrong-change": "What the rules propose settles the entity otherwise.",
    "better-passed-over": "The change was proposed, but a stronger or earlier proposal settles the entity.",
    "missing-change": "The rules change an entity, and the world does not say so.",
    "out-of-order": "Changes are not in the order of settling.",
    "wrong-id": "A change has another id.",
    "wrong-name": "An entity is called otherwise in the rules.",
    "wrong-certainty": "A change is more or less certain.",
    "wrong-onset": "A change is faster or slower.",
    "wrong-rule": "Another rule makes the change.",
    "wrong-premises": "The change rests on other changes.",
    "wrong-limits": "Something else held the change down.",
    "wrong-support": "Other rules, or other votes of theirs, speak for the change.",
    "wrong-opposition": "Other rules, or other votes of theirs, speak against the change.",
    "wrong-evidence": "The rule has other evidence.",
    "wrong-answer": "A question is answered otherwise, or should not be answered, or its answer is missing.",
    "wrong-comparison": "An arm differs otherwise from the case as written.",
    "wrong-caution": "A caution is missing, not due, or says something else.",
}
"""What `verify` can find wrong with a result, in the order in which it looks."""
