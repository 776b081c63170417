"""``theralogic doctor``."""

from __future__ import annotations

import click

from theralogic_cli.command import Command
from theralogic_cli.options import common_options
from theralogic_cli.output import count, log
from theralogic_cli.workspace import Workspace, pass_workspace

HOW_TO_GET_ONE = (
    "`apt install build-essential python3-dev` on Debian, `dnf install gcc gcc-c++ python3-devel` on Fedora, "
    "`xcode-select --install` on macOS, the Build Tools for Visual Studio on Windows"
)


@click.command("doctor", cls=Command)
@click.option("--clear-cache", "clear", is_flag=True, help="First delete every compiled rule base and case.")
@common_options(engine=False)
@pass_workspace
def command(workspace: Workspace, clear: bool) -> None:
    """Versions, the engine in use, the rule base and its digest, the cache; and how to mend what is wrong.

    Compiled rules are kept in ~/.cache/theralogic, or where XDG_CACHE_HOME or THERALOGIC_CACHE says;
    THERALOGIC_CACHE=off keeps nothing. Beyond 40 MB, what was not used for longest goes.

    \b
    Examples:
      theralogic doctor
      theralogic doctor --clear-cache
    """
    import os
    import platform
    import shutil
    from importlib.metadata import PackageNotFoundError, version
    from pathlib import Path

    from theralogic.files.cache import cache_folder, cache_size, clear_cache
    from theralogic.files.locations import kb_root
    from theralogic.reasoning.engines import durable_unavailable, engine_named

    def installed(name: str) -> str:
        try:
            return version(name)
        except PackageNotFoundError:
            return "not installed"

    why = durable_unavailable()
    meanwhile = "the reference engine gives the same answers"
    compiler = shutil.which(os.environ.get("CC", "cc")) or shutil.which("gcc") or shutil.which("clang")
    folder = cache_folder()
    if clear and folder:
        gone = clear_cache(folder)
        log(f"deleted {count(gone.files, 'file')} of {folder}")
        if left := cache_size(folder).files:
            log(
                f"{count(left, 'file')} could not be deleted: "
                f"{folder} must be your own folder, no link, and nobody else may write there"
            )
    rules = workspace.rules

    def size_of(folder: Path) -> str:
        kept = cache_size(folder)
        return f"{folder}, {count(kept.files, 'file')}, {kept.bytes / 1e6:.1f} MB; empty it with --clear-cache"

    facts = {
        "theralogic": installed("theralogic"),
        "python": platform.python_version(),
        "engine": engine_named().NAME,
        "durable-rules": installed("durable_rules") if why is None else f"{why}; until then {meanwhile}",
        "C compiler": compiler or f"none, which durable-rules needs to be installed: {HOW_TO_GET_ONE}",
        "pydantic": installed("pydantic"),
        "click": installed("click"),
        "PyYAML": installed("PyYAML"),
        "rules": str(workspace.root or kb_root()),
        "rules digest": rules.digest,
        "rules hold": f"{len(rules.mechanisms)} mechanisms, {len(rules.entities)} entities, "
        f"{len(rules.interventions)} interventions, {len(rules.diseases)} diseases, {len(rules.cautions)} cautions",
        "cases": str(len(workspace.case_files)),
        "compiled cache": size_of(folder) if folder else "switched off (THERALOGIC_CACHE=off)",
    }
    wide = max(map(len, facts))
    workspace.emit(
        text=lambda: "\n".join(f"{name.ljust(wide)}  {value}" for name, value in facts.items()), json=lambda: facts
    )
