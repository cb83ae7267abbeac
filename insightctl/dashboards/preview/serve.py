"""A preview on loopback that is drawn again when one of its files is saved; pages are told by server-sent events."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType

from insightctl.core.errors import InsightctlError, Interrupted, UsageError

HOST = "127.0.0.1"
_BEAT_S = 15.0
"""A word now and then, so that a page which is gone is noticed."""


class PreviewServer:
    """Serves what `write` returns. Raises UsageError when the port is taken, and what `write` raises the first time."""

    def __init__(self, write: Callable[[], str], watched: Sequence[Path], port: int = 0) -> None:
        self._write = write
        self._watched = [path.resolve() for path in watched]
        self._page = write()
        self._version = 0
        self._changed = threading.Condition()
        self._closing = False
        try:
            self._http = ThreadingHTTPServer((HOST, port), self._handler())
        except OSError as error:
            raise UsageError(f"port {port} is taken", remedy="another --port, or 0 for a free one") from error
        self._http.daemon_threads = True
        self.url = f"http://{HOST}:{self._http.server_address[1]}/"

    def __enter__(self) -> PreviewServer:
        threading.Thread(target=self._http.serve_forever, daemon=True, name="preview").start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._http.shutdown()
        self._http.server_close()

    def watch(self, warn: Callable[[str], None], stop: threading.Event | None = None) -> None:
        """Draw again on each save, until Ctrl-C or `stop`. A file that is wrong meanwhile is a warning; the page stays."""
        try:
            from watchfiles import watch
        except ImportError:
            raise UsageError(
                "--serve needs watchfiles, which is not installed", remedy="pip install 'insightctl[preview]'"
            ) from None
        # editors replace files: the folder is watched, and what is not ours is passed over
        folders = {path if path.is_dir() else path.parent for path in self._watched}
        if not folders:
            (stop or threading.Event()).wait()
            return
        for changes in watch(*folders, stop_event=stop, raise_interrupt=True, debounce=200):
            if any(self._is_ours(Path(name)) for _, name in changes):
                self.draw_again(warn)

    def draw_again(self, warn: Callable[[str], None]) -> None:
        """Draw the page anew and tell those that show it."""
        try:
            page = self._write()
        except Interrupted:
            raise
        except InsightctlError as error:
            warn(f"{error.what}{f' ({error.where})' if error.where else ''}")
            return
        with self._changed:
            self._page = page
            self._version += 1
            self._changed.notify_all()

    def _is_ours(self, changed: Path) -> bool:
        return any(changed == path or path in changed.parents for path in self._watched)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                # a page elsewhere could reach us under a name of its own (DNS rebinding)
                host, _, _ = (self.headers.get("Host") or "").partition(":")
                if host not in (HOST, "localhost"):
                    self.send_error(403, "only for this machine")
                elif self.path == "/":
                    self._send_page()
                elif self.path == "/changes":
                    self._send_changes()
                else:
                    self.send_error(404)

            def _send_page(self) -> None:
                content = server._page.encode("utf-8")
                self.send_response(200)
                for name, value in (
                    ("Content-Type", "text/html; charset=utf-8"),
                    ("Content-Length", str(len(content))),
                    ("Cache-Control", "no-store"),
                    ("X-Content-Type-Options", "nosniff"),
                    ("X-Frame-Options", "DENY"),
                    ("Cross-Origin-Resource-Policy", "same-origin"),
                ):
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def _send_changes(self) -> None:
                self.close_connection = True
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("Cache-Control", "no-store")
                self.end_headers()
                seen = server._version
                try:
                    self.wfile.write(b": here\n\n")
                    while not server._closing:
                        with server._changed:
                            if not server._closing and server._version == seen:
                                server._changed.wait(_BEAT_S)
                            now = server._version
                        self.wfile.write(b"data: drawn\n\n" if now != seen else b": still here\n\n")
                        self.wfile.flush()
                        seen = now
                except OSError:  # the page is gone
                    return

            def log_message(self, format: str, *args: object) -> None:
                """Requests are nobody's news."""

        return Handler
