"""Who may ask a server: each wall by itself, on a real socket."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace.viewer.server.walls import SECURITY, TOKEN_HEADER, Walls

OWN = "127.0.0.1:8000"


def test_whoever_has_the_token_is_answered(served: Any):
    assert served.request("GET", "/api/overview").status == 200


@pytest.mark.parametrize("path", ["/api/overview", "/api/revision", "/api/nothing", "/api/trace?key=aa11"])
@pytest.mark.parametrize("token", [None, "wrong", "x" * 100_00, "ü"], ids=["none", "wrong", "long", "foreign"])
def test_without_the_token_nothing_is_answered(served: Any, path: str, token: str | None):
    refused = served.request("GET", path, token=token)

    assert refused.status == 403
    assert "The token is missing or wrong" in refused.json["error"]


@pytest.mark.parametrize("path", ["sql", "clear"])
def test_without_the_token_nothing_is_done(served: Any, path: str):
    refused = served.request("POST", f"/api/{path}", b'{"confirm": true}', token=None, Content_Type="application/json")

    assert refused.status == 403
    assert served.ask("overview")["spans"] == 6


def test_the_token_in_an_address_or_a_cookie_does_not_count(served: Any):
    assert served.request("GET", f"/api/overview?token={served.token}", token=None).status == 403
    assert served.request("GET", "/api/overview", token=None, Cookie=f"token={served.token}").status == 403


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "localhost", ""])
@pytest.mark.parametrize("path", ["/", "/app.js", "/api/overview"])
def test_a_name_that_is_not_the_servers_own_is_refused(served: Any, host: str, path: str):
    refused = served.request("GET", path, Host=host.format(port=served.port))

    assert refused.status == 403
    assert "only to its own address" in refused.json["error"]


def test_localhost_is_a_name_of_the_server(served: Any):
    assert served.request("GET", "/api/overview", Host=f"localhost:{served.port}").status == 200


def test_a_request_that_names_no_host_is_refused(served: Any):
    with socket.create_connection(("127.0.0.1", served.port), timeout=60) as plain:
        plain.sendall(f"GET /api/overview HTTP/1.0\r\n{TOKEN_HEADER}: {served.token}\r\n\r\n".encode())
        assert b" 403 " in plain.recv(4096).split(b"\r\n")[0]


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1:{port}", "http://127.0.0.1:1"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_origin_is_refused(served: Any, method: str, origin: str):
    origin = origin.format(port=served.port)

    assert served.request(method, "/api/sql", b"{}" if method == "POST" else None, Origin=origin).status == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("path", ["/app.js", "/api/overview"])
def test_a_request_that_another_site_has_caused_is_refused(served: Any, path: str, site: str):
    assert served.request("GET", path, Sec_Fetch_Site=site).status == 403


def test_the_page_may_be_reached_by_a_link_and_asks_from_the_same_origin(served: Any):
    own = f"http://127.0.0.1:{served.port}"

    assert served.request("GET", "/", token=None, Sec_Fetch_Site="cross-site").status == 200
    assert served.request("GET", "/api/overview", Sec_Fetch_Site="same-origin", Origin=own).status == 200
    assert served.post("sql", {"sql": "select 1"}, Sec_Fetch_Site="same-origin", Origin=own).status == 200


def test_a_browser_that_asks_whether_another_page_may_ask_is_told_no(served: Any):
    refused = served.request(
        "OPTIONS",
        "/api/sql",
        token=None,
        Origin="http://evil.example",
        Access_Control_Request_Method="POST",
        Access_Control_Request_Headers=TOKEN_HEADER,
    )

    assert refused.status == 403
    assert [name for name in refused.headers if name.startswith("access-control")] == []


@pytest.mark.parametrize(
    ("path", "status", "token"),
    [("/", 200, ""), ("/api/overview", 200, ""), ("/api/x", 404, ""), ("/api/x", 403, None)],
)
def test_every_response_keeps_browsers_from_mischief(served: Any, path: str, status: int, token: str | None):
    found = served.request("GET", path, token=token)

    assert found.status == status
    assert {name: found.headers.get(name.lower()) for name in SECURITY} == SECURITY
    assert "unsafe" not in found.headers["content-security-policy"]
    assert "server" not in found.headers


def test_a_websocket_is_not_opened(served: Any):
    asked = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec_WebSocket_Key": "eA==",
        "Sec_WebSocket_Version": "13",
    }

    assert served.request("GET", "/api/overview", token=None, **asked).status == 403


async def _nobody(*_: object) -> None:
    raise AssertionError


WALLS = Walls(_nobody, "right", frozenset({OWN}))
NAMES = st.sampled_from(["host", "Host", "origin", "sec-fetch-site", TOKEN_HEADER, TOKEN_HEADER.lower(), "cookie"])
VALUES = st.sampled_from([OWN, f"http://{OWN}", "right", "Right", "same-origin", "none", "evil", "", "right, right"])


@given(st.lists(st.tuples(NAMES, VALUES | st.text(st.characters(max_codepoint=255))), max_size=6))
def test_only_requests_that_pass_every_wall_come_through(headers: list[tuple[str, str]]):
    given_headers = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    by_name: dict[str, list[str]] = {}
    for name, value in headers:
        by_name.setdefault(name.lower(), []).append(value)

    wanted = (
        by_name.get("host") == [OWN]
        and by_name.get(TOKEN_HEADER.lower()) == ["right"]
        and set(by_name.get("origin", [])) <= {f"http://{OWN}"}
        and set(by_name.get("sec-fetch-site", [])) <= {"same-origin", "none"}
    )

    assert (WALLS.refusal("GET", "/api/overview", given_headers) is None) == wanted
