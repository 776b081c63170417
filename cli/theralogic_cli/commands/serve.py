"""``theralogic serve``."""

from __future__ import annotations

import click

from theralogic_cli.command import Command
from theralogic_cli.extras import need_server
from theralogic_cli.options import engine_option, kb_option
from theralogic_cli.output import log
from theralogic_cli.workspace import Workspace, pass_workspace


@click.command("serve", cls=Command)
@click.option("--port", type=click.IntRange(0, 65_535), default=8750, show_default=True, help="0: any that is free.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--network", is_flag=True, help="Allow a --host that others can reach. There are no passwords.")
@click.option("--name", "names", multiple=True, metavar="NAME", help="Answer under this host name too.")
@click.option("--quiet", is_flag=True, help="Do not write a line for each request.")
@kb_option
@engine_option
@pass_workspace
def command(workspace: Workspace, port: int, host: str, network: bool, names: tuple[str, ...], quiet: bool) -> None:
    """Cases, course and rules in the browser, on this computer: change a patient and see the chain change.

    Every page is an address that can be bookmarked; nothing is stored, no cookies are set, and nothing is logged but
    method, path and status. Stop with Ctrl-C.

    \b
    Examples:
      theralogic serve
      theralogic serve --port 0 --kb my-rules
      theralogic serve --host 0.0.0.0 --network --name lecture-hall.example
    """
    need_server()
    from contextlib import suppress

    from theralogic.serve.app import app
    from theralogic.serve.library import open_library
    from theralogic.serve.server import listen, run

    sock = listen(host, port, open_=network)
    with sock, suppress(KeyboardInterrupt):
        library = open_library(workspace.root, workspace.engine)
        shown = f"[{host}]" if ":" in host else host
        log(f"theralogic at http://{shown}:{sock.getsockname()[1]}/ ({library.engine.NAME} engine); stop with Ctrl-C")
        run(app(library, names=names, open_=network, log=(lambda _: None) if quiet else log), sock)
    log("stopped")
