"""What the shell offers while a command is being typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import click
from click.shell_completion import CompletionItem

from theralogic_cli.workspace import Workspace

Complete = Callable[[click.Context, click.Parameter, str], list[str]]


def complete_file(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Files; the shell knows best which there are."""
    return [CompletionItem(incomplete, type="file")]


def complete_folder(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Folders."""
    return [CompletionItem(incomplete, type="dir")]


def complete_case(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Ids of cases, and files, since a case may be a path."""
    names = [name for name in ctx.ensure_object(Workspace).case_files if name.startswith(incomplete)]
    return [*map(CompletionItem, names), *complete_file(ctx, param, incomplete)]


def complete_name(kind: str) -> Complete:
    """Ids of entities, diseases or interventions."""

    def complete(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
        return _begun(ctx.ensure_object(Workspace).rules.names[kind].values(), incomplete)

    return complete


def complete_rule(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Everything that ``rules show`` shows: entities, drugs, diseases, mechanisms and cautions."""
    rules = ctx.ensure_object(Workspace).rules
    named = [*rules.entities, *rules.interventions, *rules.diseases]
    return _begun([*named, *(m.id for m in rules.mechanisms), *(c.id for c in rules.cautions)], incomplete)


def complete_exercise_kind(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Kinds of exercises."""
    from theralogic.quiz.item import KINDS

    return [kind for kind in KINDS if kind.startswith(incomplete)]


def _begun(ids: Iterable[str], incomplete: str) -> list[str]:
    return sorted({i for i in ids if i.casefold().startswith(incomplete.casefold())})
