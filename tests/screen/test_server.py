"""The web server writes its address into pages, into nothing else, and nobody's console hears of it."""

import asyncio
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cooperation.screen.server import SERVER_ADDRESS, Message, Receive, Send, ServerAddressInPage
from tests.browser import Dashboard

HTML = [(b"content-type", b"text/html; charset=utf-8")]
PAGE = b"<!doctype html><html><head><title>a</title></head><body><head></body></html>"


def request(**changes: Any) -> dict[str, Any]:
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [(b"accept", b"text/html,*/*;q=0.8")]}
    return scope | changes


def answer_of(
    scope: dict[str, Any], headers: list[tuple[bytes, bytes]], chunks: list[bytes], status: int = 200
) -> tuple[dict[str, Any], list[Message]]:
    """Return the scope that an application saw behind the middleware, and the messages that came of its answer."""
    seen: dict[str, Any] = {}
    sent: list[Message] = []

    async def application(scope: Message, receive: Receive, send: Send) -> None:
        seen.update(scope)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        for number, chunk in enumerate(chunks, start=1):
            await send({"type": "http.response.body", "body": chunk, "more_body": number < len(chunks)})

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    # In a thread of its own: once a test has used the browser, a loop runs in this one.
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(asyncio.run, ServerAddressInPage(application)(scope, receive, send)).result()
    return seen, sent


def body_of(sent: list[Message]) -> bytes:
    return b"".join(message.get("body", b"") for message in sent)


@given(cuts=st.lists(st.integers(0, len(PAGE)), max_size=6).map(sorted))
def test_a_page_gets_the_address_once_however_it_is_cut_into_pieces(cuts: list[int]) -> None:
    edges = [0, *cuts, len(PAGE)]
    chunks = [PAGE[start:end] for start, end in zip(edges, edges[1:], strict=False)]
    length = (b"content-length", str(len(PAGE)).encode())
    _, sent = answer_of(request(), [*HTML, length], chunks)
    assert body_of(sent) == PAGE.replace(b"<head>", b"<head>" + SERVER_ADDRESS, 1)
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    # A wrong length would cut the page off; two lengths are refused by every proxy.
    headers = [value for name, value in sent[0]["headers"] if name == b"content-length"]
    assert headers == [str(len(body_of(sent))).encode()]


def test_what_is_no_page_passes_piece_by_piece_and_unchanged() -> None:
    chunks = [b"<head>", b"let a = '<head>';", b""]
    _, sent = answer_of(request(), [(b"content-type", b"text/javascript")], chunks)
    assert [message.get("body") for message in sent] == [None, *chunks]
    assert sum(message["type"] == "http.response.start" for message in sent) == 1


@pytest.mark.parametrize(
    "scope",
    [
        request(headers=[(b"accept", b"*/*"), (b"accept-encoding", b"gzip")]),
        request(headers=[(b"accept-encoding", b"gzip")]),
        request(method="POST"),
        request(type="websocket"),
    ],
    ids=["a script", "no accept header", "an upload", "a websocket"],
)
def test_a_request_for_no_page_is_left_alone(scope: dict[str, Any]) -> None:
    seen, sent = answer_of(scope, HTML, [PAGE])
    assert seen == scope
    assert body_of(sent) == PAGE


def test_a_page_is_asked_for_whole_and_plain() -> None:
    hindering = [
        (b"Accept-Encoding", b"gzip"),
        (b"if-none-match", b'"1"'),
        (b"If-Modified-Since", b"Sat, 01 Jan 2022 00:00:00 GMT"),
    ]
    kept = [(b"accept", b"text/html"), (b"cookie", b"a=b")]
    scope = request(headers=[*kept, *hindering])
    seen, _ = answer_of(scope, HTML, [PAGE])
    assert seen["headers"] == kept
    # The scope belongs to the server: it is not changed under its hands.
    assert scope["headers"] == [*kept, *hindering]


def test_a_redirect_keeps_its_address() -> None:
    _, sent = answer_of(request(), [(b"location", b"/overview")], [b""], status=307)
    assert sent[0]["status"] == 307 and (b"location", b"/overview") in sent[0]["headers"]


@pytest.mark.parametrize("path", ["", "overview", "response_times"])
def test_the_real_server_writes_it_into_every_page(running_dashboard: Dashboard, path: str) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for headers in ({"Accept": "text/html"}, {"Accept": "text/html", "Accept-Encoding": "gzip, br"}):
        asked = urllib.request.Request(running_dashboard.link(path), headers=headers)
        with opener.open(asked, timeout=10) as answer:
            body = answer.read()
        assert body.count(SERVER_ADDRESS) == 1
        # Before Streamlit's own scripts, or they would already have guessed.
        assert body.index(SERVER_ADDRESS) < body.index(b"<script", body.index(SERVER_ADDRESS) + 1)
        assert int(answer.headers["Content-Length"]) == len(body)
