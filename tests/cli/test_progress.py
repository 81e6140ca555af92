"""Progress is told on standard error once something takes long, and not before."""

from __future__ import annotations

import io

from pytest_flock_trace.cli.progress import Progress


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_nothing_is_told_of_what_is_quick():
    said = io.StringIO()
    with Progress(said, "reading") as progress:
        progress(1, 2)
    progress.begin()

    assert said.getvalue() == ""


def test_a_pipe_gets_a_line_that_says_how_far_it_has_come():
    said = io.StringIO()
    with Progress(said, "reading\nx") as progress:
        progress(1000, 20_000)
        progress.begin()
        progress(2000, 20_000)

    assert said.getvalue() == "reading\\nx: 1,000 of 20,000\n"


def test_a_terminal_gets_a_bar_which_does_not_take_names_for_markup():
    screen = Screen()
    with Progress(screen, "reading [red]x[/red]") as progress:
        progress(1, 2)
        progress.begin()
        progress(2, 2)

    assert "reading [red]x[/red]" in screen.getvalue()
    assert "100%" in screen.getvalue()


def test_a_bar_without_a_known_end_is_drawn_too():
    screen = Screen()
    with Progress(screen, "writing") as progress:
        progress.begin()

    assert "writing" in screen.getvalue()
