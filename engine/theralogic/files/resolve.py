"""From validated items to the model: names become ids, words become ranks, and what can't be understood is refused.

Only what can't be *understood* is a problem here (an unknown id, a gate in a gate in itself); whether the
rules are any *good* is judged by :mod:`theralogic.check`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from theralogic.files import schema
from theralogic.files.load import ANY, LoadedItem, Sources
from theralogic.files.name_paths import IN_RULES, names_in
from theralogic.model.errors import InvalidInputError, Problem, Problems, did_you_mean
from theralogic.model.levels import ABSENT, LEVELS, NORMAL, ONSETS, STRENGTHS
from theralogic.model.names import LACK, SHARED, fold
from theralogic.model.records import (
    Action,
    Caution,
    Condition,
    Context,
    Disease,
    Entity,
    Evidence,
    Intervention,
    KnowledgeBase,
    Mechanism,
    Member,
)
from theralogic.model.vocabulary import ABSENT_IN_HEALTH, KINDS, RELATIONS

VERSION = "1"
DEFAULT_ONSET = "days"


class Resolver:
    """Collects problems while the pieces of one rule base find each other."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.problems = Problems(sources.problems)
        self.entities: dict[str, Entity] = {}
        self.places: dict[tuple[str, str], LoadedItem] = {}
        self.names: dict[str, dict[str, str]] = {"entity": {}, "disease": {}, "intervention": {}}

    def knowledge_base(self) -> KnowledgeBase:
        """The whole rule base, or :class:`InvalidInputError` with every problem."""
        self._collect_entities()
        self._check_gates()
        diseases = self._diseases()
        mechanisms = self._mechanisms(diseases)
        interventions = self._interventions()
        cautions = self._cautions(diseases, interventions)
        self._further_names(diseases, interventions)
        self._names_in_broken({"entity": self.entities, "disease": diseases, "intervention": interventions})
        if self.problems:
            raise InvalidInputError.of(self.problems)
        return KnowledgeBase(
            entities=self.entities,
            mechanisms=tuple(mechanisms),
            diseases=diseases,
            interventions=interventions,
            cautions=tuple(cautions),
            names=self.names,
            version=VERSION,
            digest=self.sources.digest,
        )

    # -- shared -----------------------------------------------------------------------------------------

    def problem(
        self, code: str, message: str, item: LoadedItem, *path: str | int, key: bool = False, help: str = ""
    ) -> None:
        self.problems.append(Problem(code, message, item.where(*path, key=key), help or None))

    def claim(self, kind: str, identity: str, item: LoadedItem) -> bool:
        """Whether ``identity`` is still free; a second use is a problem that names the first."""
        first = self.places.get((kind, identity))
        if first is not None:
            message = f"{kind} `{identity}` exists already at {first.where(*_id_path(kind, identity, first))}"
            self.problem("duplicate-id", message, item, *_id_path(kind, identity, item), help="rename one")
            return False
        self.places[kind, identity] = item
        return True

    def name(self, kind: str, identity: str, name: str, aliases: Iterable[str], item: LoadedItem) -> None:
        own = "name" if item.value.id == identity else "signalling"
        paths: list[tuple[str | int, ...]] = [(own,), *(("aliases", index) for index, _ in enumerate(aliases))]
        for path, text in zip(paths, (name, *aliases), strict=True):
            owner = self.names[kind].setdefault(fold(text), identity)
            if owner != identity:
                message = f"`{text}` already names the {kind} `{owner}`"
                self.problem("duplicate-name", message, item, *path, help="one name, one thing")

    def _further_names(self, diseases: Mapping[str, Disease], interventions: Mapping[str, Intervention]) -> None:
        """Identifiers, activities of diseases, and the names that are no alias: shared ones, and those of a lack."""
        known: dict[str, Mapping[str, Entity | Disease | Intervention]] = {
            "entity": self.entities,
            "disease": diseases,
            "intervention": interventions,
        }
        for kind, things in known.items():
            owners = Counter(fold(xref) for thing in things.values() for xref in set(thing.xrefs))
            for thing in things.values():
                for xref in thing.xrefs:
                    if owners[fold(xref)] == 1:
                        self.names[kind].setdefault(fold(xref), thing.id)
        for disease in diseases.values():
            for name in (disease.id, disease.name, *disease.aliases) if disease.activity in self.entities else ():
                self.names["entity"].setdefault(fold(f"{name} activity"), disease.activity)
        for (kind, identity), item in self.places.items():
            if kind in known and item.value.id == identity:
                self._no_alias(kind, SHARED + kind, "shared_names", item)
                if kind == "entity":
                    self._no_alias(kind, LACK, "lack_names", item)

    def _no_alias(self, kind: str, under: str, key: str, item: LoadedItem) -> None:
        for index, text in enumerate(getattr(item.value, key)):
            names = self.names.setdefault(under, {})
            owner = self.names[kind].get(fold(text)) or (names.get(fold(text)) if under == LACK else None)
            if owner:
                message = f"`{text}` already names the {kind} `{owner}`"
                self.problem("duplicate-name", message, item, key, index, help="one name, one thing")
            else:
                names[fold(text)] = "|".join(filter(None, (names.get(fold(text)), item.value.id)))

    def known(self, kind: str, identity: str, known: Iterable[str], item: LoadedItem, *path: str | int) -> bool:
        if identity in known:
            return True
        lost = self.sources.lost.get(f"{kind}s" if kind != "entity" else "entities", ())
        if identity in lost or ANY in lost:
            return False  # it was written, and what is wrong with it is reported there
        hint = self.problems.suggestion(lambda: did_you_mean(identity, known)) or "define it, or check the spelling"
        self.problem(f"unknown-{kind}", f"unknown {kind} `{identity}`", item, *path, help=hint)
        return False

    def _names_in_broken(self, known: Mapping[str, Iterable[str]]) -> None:
        """Look up what items name that can't be understood, but for what is already said to be wrong."""
        told = {problem.where for problem in self.problems}
        for folder, item in self.sources.broken:
            for kind, text, path in names_in(item.value, IN_RULES[folder]):
                by_name = kind == "disease" and fold(text) in self.names["disease"]
                if not by_name and told.isdisjoint((item.where(*path), item.where(*path, key=True))):
                    self.known(kind, text, known[kind], item, *path)

    # -- entities ---------------------------------------------------------------------------------------

    def _collect_entities(self) -> None:
        entries = self.sources.items["entities"]
        for item in entries:
            if self.claim("entity", item.value.id, item):
                self._add(_entity(item.value, str(item.where())), item)
            short: schema.Signalling | None = item.value.signalling
            if short and self.claim("entity", short.id, item):
                members = (Member(item.value.id, False), *_members(short.with_))
                title = short.name or f"{item.value.name} signalling"
                self._add(_complex(short.id, title, members, str(item.where())), item)
        for item in entries:
            for key in ("produced_by", "borne_by"):
                for index, cell in enumerate(getattr(item.value, key)):
                    self.known("entity", cell, self.entities, item, key, index)
        for entity in self.entities.values():
            item = self.places["entity", entity.id]
            self.name("entity", entity.id, entity.name, entity.aliases, item)

    def _add(self, entity: Entity, item: LoadedItem) -> None:
        self.entities[entity.id] = entity
        self.names["entity"][fold(entity.id)] = entity.id
        if entity.members and item.value.id == entity.id and item.value.level is not None:
            self.problem(
                "complex-level",
                f"complex `{entity.id}` can't have a level",
                item,
                "level",
                help="give its members theirs",
            )
        if item.value.id == entity.id and (item.value.kind == "complex") != bool(entity.members):
            help = "add `requires:`" if item.value.kind == "complex" else "write `kind: complex`"
            self.problem("complex-members", "a complex, and nothing else, has `requires`", item, "kind", help=help)

    def _check_gates(self) -> None:
        for entity in self.entities.values():
            item = self.places["entity", entity.id]
            seen: set[str] = set()
            for index, member in enumerate(entity.members):
                path = _member_path(entity, index, item)
                if member.entity in seen:
                    message = f"`{member.entity}` is named twice in `{entity.id}`"
                    self.problem("member-twice", message, item, *path, help="name it once")
                seen.add(member.entity)
                self.known("entity", member.entity, self.entities, item, *path)
        for cycle in _cycles({e.id: [m.entity for m in e.members] for e in self.entities.values() if e.members}):
            item = self.places["entity", cycle[0]]
            key = "requires" if item.value.id == cycle[0] else "signalling"
            message = f"complexes contain each other: {_in_words(cycle)}"
            self.problem("gate-cycle", message, item, key, help="leave one member out")

    # -- the rest ---------------------------------------------------------------------------------------

    def _mechanisms(self, diseases: Mapping[str, Disease]) -> list[Mechanism]:
        found: list[Mechanism] = []
        for item in self.sources.items["mechanisms"]:
            value: schema.MechanismItem = item.value
            several = isinstance(value.object, list)
            objects = value.object if isinstance(value.object, list) else [value.object]
            self.known("entity", value.subject, self.entities, item, "subject")
            where = self._context(value.where, diseases, item, "where")
            unless = self._context(value.unless, diseases, item, "unless")
            evidence = _evidence(value.evidence)
            for index, target in enumerate(objects):
                path = ("object", index) if several else ("object",)
                identity = f"{value.id}:{target}" if several else value.id
                self.known("entity", target, self.entities, item, *path)
                if target == value.subject:
                    help = "name what lies between: a receptor, a signal, a cell"
                    self.problem("self-loop", f"`{target}` can't act on itself", item, *path, help=help)
                if identity in self.entities:
                    self.problem("duplicate-id", f"`{identity}` is an entity already", item, "id", help="rename one")
                if not self.claim("mechanism", identity, item):
                    continue
                found.append(
                    Mechanism(
                        id=identity,
                        subject=value.subject,
                        relation=value.relation,
                        sign=RELATIONS[value.relation].sign,
                        object=target,
                        strength=STRENGTHS.index(value.strength),
                        onset=ONSETS.index(value.onset or DEFAULT_ONSET),
                        needs=STRENGTHS.index(value.needs),
                        where=where,
                        unless=unless,
                        because=value.because,
                        limits=value.limits or "",
                        evidence=evidence,
                        pattern=value.pattern or "",
                        source=str(item.where()),
                    )
                )
        return sorted(found, key=lambda m: m.id)

    def _context(
        self, written: Mapping[str, str | list[str]], diseases: Mapping[str, Disease], item: LoadedItem, key: str
    ) -> Context:
        context = context_of(written)
        resolved = []
        for fact, values in context:
            if fact == "disease":
                ids = []
                for value in values:
                    found = self.names["disease"].get(value)
                    if found is None:
                        self.known("disease", value, sorted(diseases), item, key, fact)
                    ids.append(found or value)
                values = tuple(sorted(ids))
            resolved.append((fact, values))
        return tuple(resolved)

    def _diseases(self) -> dict[str, Disease]:
        found: dict[str, Disease] = {}
        items = self.sources.items["diseases"]
        ids = {item.value.id for item in items}
        for item in items:
            value: schema.DiseaseFile = item.value
            if not self.claim("disease", value.id, item):
                continue
            for index, parent in enumerate(value.parents):
                self.known("disease", parent, ids, item, "parents", index)
            if value.activity is not None:
                self.known("entity", value.activity, self.entities, item, "activity")
            for entity in value.levels:
                if self.known("entity", entity, self.entities, item, "levels", entity):
                    self.plain(entity, item, "levels", entity)
            self.names["disease"][fold(value.id)] = value.id
            compartments = context_of({"tissue": value.compartments.tissue, "cell": value.compartments.cell})
            found[value.id] = Disease(
                id=value.id,
                name=value.name,
                aliases=tuple(value.aliases),
                xrefs=tuple(value.xrefs),
                parents=tuple(value.parents),
                compartments=compartments,
                activity=value.activity or "",
                levels=tuple(sorted((e, LEVELS.index(level)) for e, level in value.levels.items())),
                note=value.note or "",
                evidence=_evidence(value.evidence),
                source=str(item.where()),
            )
        for disease in found.values():
            self.name("disease", disease.id, disease.name, disease.aliases, self.places["disease", disease.id])
        for cycle in _cycles({d.id: list(d.parents) for d in found.values()}):
            item = self.places["disease", cycle[0]]
            message = f"diseases are each other's parents: {_in_words(cycle)}"
            self.problem("parent-cycle", message, item, "parents", help="leave one parent out")
        return dict(sorted(found.items()))

    def plain(self, entity: str, item: LoadedItem, *path: str | int) -> None:
        """A complex may not be given a level."""
        if self.entities[entity].members:
            help = "give its members theirs"
            self.problem("complex-level", f"complex `{entity}` can't have a level", item, *path, help=help)

    def _interventions(self) -> dict[str, Intervention]:
        found: dict[str, Intervention] = {}
        for item in self.sources.items["interventions"]:
            value: schema.InterventionItem = item.value
            if not self.claim("intervention", value.id, item):
                continue
            for index, action in enumerate(value.actions):
                self.known("entity", action.target, self.entities, item, "actions", index, "target")
            self.names["intervention"][fold(value.id)] = value.id
            found[value.id] = Intervention(
                id=value.id,
                name=value.name,
                drug_class=value.class_,
                aliases=tuple(value.aliases),
                xrefs=tuple(value.xrefs),
                actions=tuple(Action(a.verb, a.target, STRENGTHS.index(a.potency)) for a in value.actions),
                dose=tuple(sorted((fold(k), STRENGTHS.index(v)) for k, v in value.dose.items())),
                reach=tuple(sorted((fold(k), STRENGTHS.index(v)) for k, v in value.reach.items())),
                note=value.note or "",
                evidence=_evidence(value.evidence),
                source=str(item.where()),
            )
        for drug in found.values():
            self.name("intervention", drug.id, drug.name, drug.aliases, self.places["intervention", drug.id])
        return dict(sorted(found.items()))

    def _cautions(self, diseases: Mapping[str, Disease], drugs: Mapping[str, Intervention]) -> list[Caution]:
        found: list[Caution] = []
        for item in self.sources.items["cautions"]:
            value: schema.CautionItem = item.value
            if not self.claim("caution", value.id, item):
                continue
            conditions = []
            for index, condition in enumerate(value.when):
                conditions.append(self._condition(condition, item, index, diseases, drugs))
            evidence = _evidence(value.evidence)
            whole = tuple(c for c in conditions if c is not None)
            found.append(
                Caution(
                    id=value.id,
                    when=whole,
                    say=value.say,
                    because=value.because,
                    evidence=evidence,
                    source=str(item.where()),
                )
            )
        return sorted(found, key=lambda c: c.id)

    def _condition(
        self,
        written: schema.ConditionItem,
        item: LoadedItem,
        index: int,
        diseases: Mapping[str, Disease],
        drugs: Mapping[str, Intervention],
    ) -> Condition | None:
        keys = {name for name in type(written).model_fields if getattr(written, name) is not None}
        known: dict[str, Iterable[str]] = {"entity": self.entities, "disease": diseases, "intervention": drugs}
        forms = {
            frozenset({"change", "direction"}): ("change", "entity", written.change, written.direction),
            frozenset({"action", "target"}): ("action", "entity", written.target, written.action),
            frozenset({"finding", "level"}): ("finding", "entity", written.finding, written.level),
            frozenset({"disease"}): ("disease", "disease", written.disease, ""),
            frozenset({"intervention"}): ("intervention", "intervention", written.intervention, ""),
        }
        form = forms.get(frozenset(keys))
        if form is None:
            help = "one of: change + direction, action + target, finding + level, disease, intervention"
            self.problem("bad-condition", "this condition is not complete", item, "when", index, help=help)
            return None
        kind, thing, subject, value = form
        key = "target" if kind == "action" else kind
        if not self.known(thing, str(subject), known[thing], item, "when", index, key):
            return None
        return Condition(kind, str(subject), str(value or ""))


def _id_path(kind: str, identity: str, item: LoadedItem) -> tuple[str, ...]:
    """Where an item writes ``identity``: a complex may come from the shorthand of its ligand."""
    return ("signalling", "id") if kind == "entity" and item.value.id != identity else ("id",)


def _member_path(entity: Entity, index: int, item: LoadedItem) -> tuple[str | int, ...]:
    if item.value.id == entity.id:
        return ("requires", index)
    return ("signalling", "with", index - 1) if index else ("signalling",)


def context_of(written: Mapping[str, str | list[str]]) -> Context:
    """``where``/``unless`` or compartments as sorted, folded tuples; keys without values are left out."""
    folded = {
        key: tuple(sorted({fold(v) for v in ([values] if isinstance(values, str) else values)}))
        for key, values in written.items()
    }
    return tuple((key, values) for key, values in sorted(folded.items()) if values)


def _members(parts: Iterable[str | schema.NotMember]) -> tuple[Member, ...]:
    return tuple(Member(p, False) if isinstance(p, str) else Member(p.not_, True) for p in parts)


def _entity(value: schema.EntityItem, source: str) -> Entity:
    constitutive = KINDS[value.kind] if value.tone is None else value.tone == "constitutive"
    healthy = ABSENT if value.kind in ABSENT_IN_HEALTH else NORMAL
    return Entity(
        id=value.id,
        name=value.name,
        kind=value.kind,
        constitutive=constitutive,
        level=LEVELS.index(value.level) if value.level else healthy,
        sufficient=value.drivers == "sufficient",
        members=_members(value.requires or ()),
        aliases=tuple(value.aliases),
        xrefs=tuple(value.xrefs),
        produced_by=tuple(value.produced_by),
        borne_by=tuple(value.borne_by),
        note=value.note or "",
        source=source,
    )


def _complex(identity: str, name: str, members: tuple[Member, ...], source: str) -> Entity:
    return Entity(
        id=identity,
        name=name,
        kind="complex",
        members=members,
        source=source,
    )


def _evidence(items: Iterable[schema.EvidenceItem]) -> tuple[Evidence, ...]:
    return tuple(Evidence(e.ref or "", e.kind, e.stance, e.note or "") for e in items)


def _in_words(cycle: list[str]) -> str:
    """A cycle, without its middle where it is long."""
    names = [f"`{name}`" for name in cycle]
    return " > ".join(names if len(names) <= 12 else [*names[:6], f"{len(names) - 12} more", *names[-6:]])


def _cycles(edges: Mapping[str, list[str]]) -> list[list[str]]:
    """One cycle per strongly tangled group, found without recursion, each starting at its smallest id."""
    done: set[str] = set()
    found: list[list[str]] = []
    for start in sorted(edges):
        path: dict[str, None] = {}
        stack: list[tuple[str, int]] = [(start, 0)]
        while stack:
            node, index = stack.pop()
            if index == 0:
                if node in path:
                    way = list(path)
                    found.append([*way[way.index(node) :], node])
                    continue
                if node in done:
                    continue
                path[node] = None
            below = edges.get(node, [])
            if index < len(below):
                stack.append((node, index + 1))
                stack.append((below[index], 0))
            else:
                done.add(node)
                path.popitem()
    return found
