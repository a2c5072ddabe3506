"""The command line: ``python -m fastact info | list | show | inspect | bench | plot | performance | verify | accuracy``.

A command is a module with two functions: `add_options(parser)` declares its options, and `run(options)` runs it and
returns the exit status (None is 0).  The docstring of `run` is the command's help.
"""

import argparse
import os
import sys

import fastact as fa
from fastact._cli import accuracy, bench, info, inspect, list as list_, performance, plot, show, verify

COMMANDS = {
    "info": info,
    "list": list_,
    "show": show,
    "inspect": inspect,
    "bench": bench,
    "plot": plot,
    "performance": performance,
    "verify": verify,
    "accuracy": accuracy,
}


def main(argv=None):
    """Run a command; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m fastact", description=fa.__doc__.splitlines()[0])
    parser.add_argument("--version", action="version", version=f"fastact {fa.__version__}")
    subparsers = parser.add_subparsers(metavar="COMMAND")
    for name, command in COMMANDS.items():
        subparser = subparsers.add_parser(name, help=command.run.__doc__, description=command.run.__doc__)
        subparser.set_defaults(run=command.run)
        command.add_options(subparser)
    if hasattr(sys.stdout, "reconfigure"):  # not every encoding has the characters of the formulas
        sys.stdout.reconfigure(errors="replace")
    try:
        options = parser.parse_args(argv)
        status = options.run(options) if hasattr(options, "run") else parser.print_help()
        sys.stdout.flush()
        return status or 0
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130  # 128 + SIGINT, as a shell reports it
    except BrokenPipeError:
        # The reader closed the pipe.  At exit Python would flush once more, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141  # 128 + SIGPIPE
