"""``theralogic doctor``."""

from __future__ import annotations

import click

from theralogic_cli.output import as_json, put
from theralogic_cli.session import common, open_kb


@click.command("doctor")
@common(engine=False)
def command(form: str, kb: str | None, output: str | None) -> None:
    """Versions, the engine in use, the rule base and its digest, the cache; and how to mend what is wrong.

    \b
    Example:
      theralogic doctor
    """
    import platform
    from importlib.metadata import PackageNotFoundError, version
    from pathlib import Path

    from theralogic.files.compiled import cache_folder
    from theralogic.files.locations import case_names, kb_root
    from theralogic.reasoning.engines import durable_unavailable, engine_named

    def installed(name: str) -> str:
        try:
            return version(name)
        except PackageNotFoundError:
            return "not installed"

    why = durable_unavailable()
    meanwhile = "the reference engine gives the same answers"
    rules = open_kb(kb)
    folder = cache_folder()
    facts = {
        "theralogic": installed("theralogic"),
        "python": platform.python_version(),
        "engine": engine_named().NAME,
        "durable-rules": installed("durable_rules") if why is None else f"{why}; until then {meanwhile}",
        "pydantic": installed("pydantic"),
        "click": installed("click"),
        "PyYAML": installed("PyYAML"),
        "rules": str(Path(kb) if kb else kb_root()),
        "rules digest": rules.digest,
        "rules hold": f"{len(rules.mechanisms)} mechanisms, {len(rules.entities)} entities, "
        f"{len(rules.interventions)} interventions, {len(rules.diseases)} diseases, {len(rules.cautions)} cautions",
        "cases": str(len(case_names(Path(kb) if kb else None))),
        "compiled cache": str(folder) if folder else "switched off (THERALOGIC_CACHE=off)",
    }
    if form == "json":
        put(as_json(facts), output)
    else:
        wide = max(map(len, facts))
        put("\n".join(f"{name.ljust(wide)}  {value}" for name, value in facts.items()), output)
