"""The web server's own part: Streamlit as it is, with the address of its server written into the page.

Without that, Streamlit's client guesses from a page's address where its server is, asks there in vain on every
deep link, and leaves errors in the browser's console (streamlit/streamlit issue 7074).
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

ADDRESSES = b"{BACKEND_BASE_URL:location.origin,MAIN_PAGE_BASE_URL:location.origin}"
SERVER_ADDRESS = b"<script>window.__streamlit=" + ADDRESSES + b"</script>"
# The page must come whole and plain, or the address could not be written into it.
HINDERING_HEADERS = frozenset({b"accept-encoding", b"if-none-match", b"if-modified-since"})


class ServerAddressInPage:
    """ASGI middleware that writes the server's address into every HTML page and touches nothing else."""

    def __init__(self, app: Application) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if not _asks_for_a_page(scope):
            await self._app(scope, receive, send)
            return
        headers = [header for header in scope["headers"] if header[0].lower() not in HINDERING_HEADERS]
        await self._app({**scope, "headers": headers}, receive, _PageWriter(send).write)


class _PageWriter:
    """Holds a page back until it is whole, then sends it with the address in its head."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message = {}
        self._body = b""

    async def write(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
        elif not _is_page(self._start):
            await self._send_start()
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._send_page()

    async def _send_start(self) -> None:
        if "sent" not in self._start:
            await self._send(self._start)
            self._start = {**self._start, "sent": True}

    async def _send_page(self) -> None:
        body = self._body.replace(b"<head>", b"<head>" + SERVER_ADDRESS, 1)
        length = (b"content-length", str(len(body)).encode())
        headers = [header for header in self._start["headers"] if header[0].lower() != b"content-length"]
        await self._send({**self._start, "headers": [*headers, length]})
        await self._send({"type": "http.response.body", "body": body})


def _asks_for_a_page(scope: Message) -> bool:
    accepts = dict(scope.get("headers", ())).get(b"accept", b"")
    return scope["type"] == "http" and scope["method"] == "GET" and b"text/html" in accepts


def _is_page(start: Message) -> bool:
    content_type = dict(start.get("headers", ())).get(b"content-type", b"")
    return bool(content_type.startswith(b"text/html"))
