"""Exit codes, and how each kind of error is shown."""

from __future__ import annotations

import os
import sys
from enum import IntEnum
from typing import NoReturn

import click

from theralogic.model.errors import InvalidInputError, NotFoundError, TheralogicError, WrongOptionError


class Exit(IntEnum):
    """What the exit code of a command means."""

    OK = 0
    INTERNAL = 1
    USAGE = 2
    INVALID = 3
    NOT_MET = 4
    NOT_FOUND = 5
    INTERRUPTED = 130


def stop(code: Exit) -> NoReturn:
    """End the command with an exit code, once all is said."""
    raise click.exceptions.Exit(code)


def report(error: BaseException) -> Exit:
    """Say what went wrong on stderr and return the exit code."""
    from theralogic_cli.output import log

    if isinstance(error, click.exceptions.Exit):
        return Exit(error.exit_code)
    if isinstance(error, (click.Abort, KeyboardInterrupt)):
        log("\ninterrupted" if sys.stderr.isatty() else "interrupted")  # not behind the `^C` that a terminal shows
        return Exit.INTERRUPTED
    if isinstance(error, click.ClickException):
        if type(error).__name__ == "NoArgsIsHelpError":  # absent from older click, so not named as a class
            click.echo(error.format_message())
            return Exit.OK
        usage = f"{error.ctx.get_usage()}\n" if isinstance(error, click.UsageError) and error.ctx else ""
        hint = "\n  help: add --help for examples" if isinstance(error, click.UsageError) else ""
        log(f"{usage}{error.format_message()}{hint}")
        return Exit.USAGE
    if isinstance(error, TheralogicError):
        log(str(error))
        if isinstance(error, NotFoundError):
            return Exit.NOT_FOUND
        if isinstance(error, WrongOptionError):
            return Exit.USAGE
        return Exit.INVALID if isinstance(error, InvalidInputError) else Exit.INTERNAL
    if isinstance(error, BrokenPipeError):
        # The reader has gone; nothing more to say, and nothing to flush at exit.
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
        return Exit.OK
    if isinstance(error, OSError):
        log(f"{error.filename or 'file'}: {error.strerror or error}")
        return Exit.INTERNAL
    log(f"internal error: {type(error).__name__}: {error}\n  help: please report it with the command you ran")
    if os.environ.get("THERALOGIC_DEBUG"):
        raise error
    return Exit.INTERNAL
