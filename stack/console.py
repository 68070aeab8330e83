"""What the person at the terminal is told."""

import argparse

from rich.console import Console as RichConsole

from stack.supervisor import Stack


def describe(words: str | None) -> None:
    """Answer `--help`, and refuse arguments: these commands take their knobs from the environment."""
    argparse.ArgumentParser(description=words, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()


class Console:
    """Lines for a terminal or a pipe: the same words, coloured where that shows."""

    def __init__(self) -> None:
        self.rich = RichConsole(highlight=False, soft_wrap=True)
        self._errors = RichConsole(stderr=True, highlight=False, soft_wrap=True)

    def say(self, line: str) -> None:
        """One line about what happens."""
        self.rich.print(f"[dim]campaign-flow[/dim] {line}", markup=True)

    def problem(self, text: str) -> None:
        """What went wrong."""
        self._errors.print("[red]campaign-flow[/red] ", end="", markup=True)
        self._errors.print(text, markup=False)

    def addresses(self, stack: Stack) -> None:
        """Where to look, and with which key."""
        for name, value in (
            ("Web app", f"{stack.url('api')}/app/#key={stack.keys['api_key']}"),
            ("API", f"{stack.url('api')}/docs"),
            ("Temporal", stack.url("temporal_ui")),
            ("Test inbox", f"{stack.url('sandbox')}/sandbox"),
            ("API key", stack.keys["api_key"]),
            ("Write key", f"{stack.write_key} (for /v1/*)"),
            ("State and logs", str(stack.folder.path)),
        ):
            self.rich.print(f"[bold]{name:<14}[/bold]  {value}", markup=True)
        self.say("running; Ctrl-C stops it")
