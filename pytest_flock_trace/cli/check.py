"""`flock-trace check`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from pytest_flock_trace.cli.command import FINE, FOUND
from pytest_flock_trace.cli.store_option import looked_into
from pytest_flock_trace.cli.terminal import Terminal


class Check:
    """Hold every trace of a file against a contract, as tests do.

    CONTRACT is a Python file of rules, file.py:name or module:name. Without a name, the rules are what the file calls
    contract or CONTRACT, else every rule and every list of rules in it. Exits with 1 if a trace breaks a rule, and if
    a rule has no subject in any trace, as then it proves nothing.
    """

    def add_options(self, parser: ArgumentParser) -> None:
        """The contract, and what it may leave unproven."""
        parser.add_argument("contract", metavar="CONTRACT", help="file.py, file.py:name or module:name")
        parser.add_argument("--vacuous-ok", action="store_true", help="accept rules that have no subject in any trace")

    def run(self, asked: Namespace, terminal: Terminal) -> int:
        """Print what is broken."""
        from pytest_flock_trace.cli.contract_source import rules_of
        from pytest_flock_trace.cli.judgement import Judgement

        judged = Judgement(rules_of(asked.contract))
        with looked_into(asked.store, terminal) as (view, progress):
            for trace in view.traces(progress=progress):
                judged.hear(trace)
        if asked.json:
            terminal.document(judged.document())
        else:
            judged.tell(terminal)
        return FOUND if judged.broken or not (judged.proved or asked.vacuous_ok) else FINE
