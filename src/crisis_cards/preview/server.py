"""The preview on the loopback address: the page, the deck's data, and word of every change.

The only module that knows Starlette and uvicorn. No name out of a request is looked up on the disk:
there are the files of the page, the data, and the pictures that facts name. Other sites can neither
read them (no CORS) nor pose as this one (the Host header is checked).
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import mimetypes
import os
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from .. import pipeline, store, watch
from ..problems import Problem, Span, reason
from ..problems.errors import UNREADABLE_FILE
from . import ASSETS, SERVED_POLICY, Page, asset, difference, page

if TYPE_CHECKING:
    from starlette.requests import Request

HOST = "127.0.0.1"

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": f"{SERVED_POLICY}; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# Opened by itself a picture is a page, and an SVG may hold a script.
_PICTURE_HEADERS = _HEADERS | {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"
}
_HEARTBEAT = 15  # seconds; that a browser has gone shows when it is written to


def listen(port: int) -> socket.socket:
    """A socket on the loopback address; port 0 means any. Raises OSError where it is taken."""
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name != "nt":  # on Windows it would share the port with whoever has it
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((HOST, port))
        opened.listen()
    except OSError:
        opened.close()
        raise
    return opened


class Server(uvicorn.Server):
    """The server of a deck's preview: `run(sockets=[…])` serves until Ctrl-C.

    It tells its open streams to end: it would wait for them otherwise.
    """

    def __init__(self, folder: Path) -> None:
        self.live = _Live(folder, self.fail)
        self.failure: Exception | None = None
        config = uvicorn.Config(
            _app(self.live),
            loop="asyncio",
            http="h11",
            ws="none",
            log_level="critical",
            access_log=False,
            timeout_graceful_shutdown=2,
        )
        super().__init__(config)

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serves until the end. Raises what went wrong where nothing should have."""
        super().run(sockets)
        if self.failure:
            raise self.failure

    def fail(self, error: Exception) -> None:
        """Ends because of an error, from any thread."""
        self.failure = error
        self.end()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.end()
        super().handle_exit(sig, frame)

    def end(self) -> None:
        """Lets `run` return, from any thread."""
        self.live.end()
        self.should_exit = True


class _Live:
    """What there is to see of a deck now, read again after every save."""

    def __init__(self, folder: Path, fail: Callable[[Exception], None]) -> None:
        """`fail` is told what went wrong where nothing should have."""
        self.folder, self.fail = folder, fail
        self.page: Page | None = None
        self.version = self.before = ""  # of the page, and of the one before
        self.whole = self.update = b""  # JSON of the page, once it is asked for; since the last one
        self.stop = threading.Event()
        self.loop: asyncio.AbstractEventLoop | None = None  # once the server runs
        self.changed: asyncio.Event  # replaced by a new one whenever it is set

    @asynccontextmanager
    async def running(self, _: Starlette) -> AsyncIterator[None]:
        self.changed = asyncio.Event()
        self.loop = asyncio.get_running_loop()
        threading.Thread(target=self._watch, args=[self.loop], daemon=True).start()
        yield
        self.end()

    def end(self) -> None:
        """No more changes; whoever waits for one is woken. Called from a signal handler too."""
        self.stop.set()
        if self.loop:
            self.loop.call_soon_threadsafe(self._wake)

    def data(self, since: str) -> bytes:
        """What there is to see; only what has changed of it since the version before."""
        if since and since == self.before:
            return self.update
        if self.page and not self.whole:
            self.whole = _json({"version": self.version, **self.page.data})
        return self.whole

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        try:
            memory = pipeline.Memory(store.usual())
            before: Page | None = None
            version = ""
            for _ in watch.changes([self.folder], self.stop):
                shown = _read(self.folder, memory, before)
                changes = difference(before.data, shown.data) if before else {}
                if not before or changes or before.pictures != shown.pictures:
                    since, version = version, str(time.time_ns())  # another one after a restart
                    update = _json({"version": version, "since": since, **changes})
                    loop.call_soon_threadsafe(self._take, shown, version, update)
                before = shown
        except Exception as error:
            self.fail(error)

    def _take(self, shown: Page, version: str, update: bytes) -> None:
        self.before, self.version = self.version, version
        self.page, self.whole, self.update = shown, b"", update
        self._wake()

    def _wake(self) -> None:
        self.changed.set()
        self.changed = asyncio.Event()

    async def wait(self, seconds: float | None) -> None:
        """Until something has changed, or the time is over."""
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self.changed.wait(), seconds)


def _read(folder: Path, memory: pipeline.Memory, before: Page | None) -> Page:
    try:
        return page(pipeline.read(folder, memory), before)
    except OSError as error:  # the folder is gone, or being replaced
        span = Span(str(error.filename or folder), 1, 1, 2)
        problem = Problem(span, UNREADABLE_FILE, f"the deck cannot be read: {reason(error)}")
        return page(pipeline.Project(folder, (problem,)), before)


def _json(data: dict[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode("utf-8", "replace")


def _app(live: _Live) -> Starlette:
    async def file(request: Request) -> Response:
        name = request.path_params.get("name", "index.html")
        if name not in ASSETS:
            return _missing()
        return Response(asset(name), headers=_HEADERS, media_type=ASSETS[name])

    async def data(request: Request) -> Response:
        while not live.version and not live.stop.is_set():  # the deck is being read
            await live.wait(None)
        content = live.data(request.query_params.get("since", ""))
        return Response(content, headers=_HEADERS, media_type="application/json")

    async def picture(request: Request) -> Response:
        name = request.path_params["name"]
        path = live.page.pictures.get(name) if live.page else None
        content = path.read_bytes() if path and path.is_file() else b""
        # The name holds the hash of what was checked: what has replaced it since is not served.
        if hashlib.sha256(content).hexdigest()[:12] not in name:
            return _missing()
        kind = mimetypes.guess_type(name)[0]
        return Response(content, headers=_PICTURE_HEADERS, media_type=kind)

    async def events(_: Request) -> Response:
        headers = _HEADERS | {"Content-Type": "text/event-stream"}
        return StreamingResponse(_versions(live), headers=headers)

    app = Starlette(
        routes=[
            Route("/", file),
            Route("/deck.json", data),
            Route("/events", events),
            Route("/media/{name}", picture),
            Route("/{name}", file),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"])],
        lifespan=live.running,
    )
    app.router.redirect_slashes = False
    return app


async def _versions(live: _Live) -> AsyncIterator[str]:
    """Server-sent events: the version of the data, now and whenever it changes."""
    said = ""
    while not live.stop.is_set():
        if live.version == said:
            await live.wait(_HEARTBEAT)
        if live.version == said:
            yield ": still here\n\n"
        else:
            said = live.version
            yield f"data: {said}\n\n"


def _missing() -> Response:
    return Response("There is nothing here.", 404, headers=_HEADERS, media_type="text/plain")
