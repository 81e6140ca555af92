"""What leaves the process has no secrets in it; what tests look at has."""

from __future__ import annotations

from pathlib import Path

import pytest

SECRET = "hunter2"  # noqa: S105  # a secret for tests
SUITE = f"""
    import shop
    from crew import tracer
    from pytest_flock_trace import span

    def login(secret):
        payload = {{"user": "ann", "password": secret, "nested": [{{"api_key": secret}}]}}
        shop.Desk().take(payload, password=secret)
        with tracer.start_as_current_span("chat", attributes={{"input.value": str(payload), "access_token": secret}}):
            pass

    def test_raw(traced_run):
        with traced_run("login") as run:
            login("{SECRET}")
        assert "{SECRET}" in run.one("Desk.take").attributes["input.order"]
        assert run.count(span(attributes={{"access_token": "{SECRET}"}})) == 1

    def test_failing_claim(traced_run):
        with traced_run("login") as run:
            login(chr(104) + "unter2")
        assert span("chat", attributes={{"access_token": "other"}}) in run

    def test_failing_work(traced_run):
        with traced_run("login"):
            try:
                shop.Desk().refuse({{"password": chr(104) + "unter2"}})
            except ValueError:
                pass
        assert False
"""
SHOP = """
class Desk:
    def take(self, order, password=None):
        self.check(order)
        return order

    def check(self, order):
        return [order]

    def refuse(self, order):
        raise ValueError(f"refused {order}")
"""


@pytest.fixture
def desk(crew: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(crew.path / "step.md"))
    monkeypatch.delenv("FLOCK_AUTO_TRACE", raising=False)
    crew.makepyfile(shop=SHOP)
    return crew


def session(desk: pytest.Pytester, *arguments: str) -> tuple[str, str]:
    """All that a session prints, and all that it writes."""
    reports = ("--flock-trace-report=r.json", "--flock-trace-report=r.md", "--junit-xml=j.xml")
    shown = ("--tb=line", "--flock-trace-show=all", "-o", "flock_trace_instrument=shop")
    before = {path for path in desk.path.rglob("*") if path.is_file()}
    result = desk.runpytest(*shown, *reports, *arguments)
    written = [path for path in desk.path.rglob("*") if path.is_file() and path not in before and not cached(path)]
    assert {path.name for path in written} >= {"r.json", "r.md", "j.xml", "step.md"}
    return result.stdout.str(), "\n".join(path.read_text(encoding="utf-8") for path in written)


def cached(path: Path) -> bool:
    return path.suffix == ".pyc" or ".pytest_cache" in path.parts


def test_no_secret_leaves_the_process(desk: pytest.Pytester, plugin_args: tuple[str, ...]) -> None:
    desk.makepyfile(SUITE)
    printed, written = session(desk, *plugin_args)
    assert "1 passed" in printed
    assert "2 failed" in printed
    assert "ValueError: refused {'password': '[redacted]'}" in printed
    assert printed.count(SECRET) + written.count(SECRET) == 0


def test_the_ini_value_and_the_hook_say_what_else_is_secret(desk: pytest.Pytester) -> None:
    desk.makeconftest(
        """
        def pytest_flock_trace_redact(key, value):
            return "[a name]" if key == "customer" else None
        """
    )
    desk.makepyfile(
        """
        import shop

        def test_it(traced_run):
            with traced_run("x"):
                try:
                    shop.Desk().refuse({"customer": "Ann" + "abel", "iban": "DE" + "89", "n": 1})
                except ValueError:
                    pass
            assert False
        """
    )
    printed, written = session(desk, "-o", "flock_trace_redact=ib?n")
    assert "ValueError: refused {'customer': '[a name]', 'iban': '[redacted]', 'n': 1}" in printed
    assert "Annabel" not in printed + written
    assert "DE89" not in printed + written


def test_a_hook_that_fails_withholds_the_text(desk: pytest.Pytester) -> None:
    desk.makeconftest("def pytest_flock_trace_redact(key, value):\n    raise LookupError('no idea')")
    desk.makepyfile(SUITE)
    printed, written = session(desk)
    assert "[withheld: pytest_flock_trace_redact raised LookupError: no idea]" in printed
    assert "INTERNALERROR" not in printed
    assert SECRET not in printed + written
