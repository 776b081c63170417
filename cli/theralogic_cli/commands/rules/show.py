"""``theralogic rules show``."""

from __future__ import annotations

import click

from theralogic_cli.command import Command
from theralogic_cli.options import common_options
from theralogic_cli.output import width
from theralogic_cli.shell_completion import complete_rule
from theralogic_cli.workspace import Workspace, pass_workspace


@click.command("show", cls=Command)
@click.argument("name", shell_complete=complete_rule)
@common_options(engine=False)
@pass_workspace
def command(workspace: Workspace, name: str) -> None:
    """One rule, entity, disease, drug, caution or pattern as a page: what, why, when not, who says so, what follows.

    \b
    Examples:
      theralogic rules show IL6_signalling
      theralogic rules show tocilizumab
      theralogic rules show releasing-a-brake
    """
    from theralogic.model.vocabulary import PATTERNS
    from theralogic.render.rule_page import page_of, record_of

    rules = workspace.rules
    if name.replace("-", "_").casefold() in PATTERNS:
        from theralogic.teach.course_files import pattern_page
        from theralogic.teach.course_text import pattern_json, pattern_text

        page = pattern_page(name)
        workspace.emit(text=lambda: pattern_text(rules, page, width()), json=lambda: pattern_json(page))
    else:
        workspace.emit(text=lambda: page_of(rules, name, width()), json=lambda: record_of(rules, name))
