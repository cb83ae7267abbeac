"""A language client that speaks JSON-RPC over a real server's standard input and output."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from typing import IO, Any

TIMEOUT_S = 60

Message = dict[str, Any]


def _message(stream: IO[bytes]) -> Message | None:
    length = 0
    while (line := stream.readline()) not in (b"\r\n", b""):
        name, _, value = line.decode("ascii").partition(":")
        length = int(value) if name.lower() == "content-length" else length
    return json.loads(stream.read(length)) if length else None


class Client:
    """Starts `insightctl ql lsp` and talks to it. `capabilities` are the server's."""

    def __init__(self, *, snippets: bool = False) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "insightctl", "ql", "lsp", "--stdio"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._in, self._out = self.process.stdin, self.process.stdout
        self._messages: queue.Queue[Message | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._id = 0
        item = {"completionItem": {"snippetSupport": snippets}}
        answer = self.ask(
            "initialize",
            {"processId": None, "rootUri": None, "capabilities": {"textDocument": {"completion": item}}},
        )
        self.capabilities: Message = answer["capabilities"]
        self.tell("initialized", {})

    def _read(self) -> None:
        while (message := _message(self._out)) is not None:
            self._messages.put(message)
        self._messages.put(None)

    def _send(self, message: Message) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._in.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._in.flush()

    def _next(self) -> Message:
        message = self._messages.get(timeout=TIMEOUT_S)
        assert message is not None, "the server has gone"
        return message

    def tell(self, method: str, params: Message | None) -> None:
        """A notification."""
        self._send({"method": method, "params": params})

    def ask(self, method: str, params: Message | None) -> Any:
        """A request; its result."""
        self._id += 1
        self._send({"id": self._id, "method": method, "params": params})
        while True:
            message = self._next()
            if message.get("id") == self._id and "method" not in message:
                assert "error" not in message, message["error"]
                return message["result"]

    def published(self) -> Message:
        """The next diagnostics that the server publishes."""
        while True:
            message = self._next()
            if message.get("method") == "textDocument/publishDiagnostics":
                params: Message = message["params"]
                return params

    def open(self, text: str, uri: str = "file:///work/query.ql", language: str = "insights-ql") -> Message:
        """Opens a document; what the server says is wrong with it."""
        document = {"uri": uri, "languageId": language, "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": document})
        return self.published()

    def at(self, method: str, line: int, character: int, uri: str = "file:///work/query.ql") -> Any:
        """A request about a place."""
        position = {"line": line, "character": character}
        return self.ask(f"textDocument/{method}", {"textDocument": {"uri": uri}, "position": position})

    def leave(self) -> int:
        """Shutdown and exit; the exit code."""
        assert self.ask("shutdown", None) is None
        self.tell("exit", None)
        return self.close()

    def close(self) -> int:
        """Waits for the server's end, and lets its pipes go; the exit code."""
        self._in.close()
        code = self.process.wait(TIMEOUT_S)
        self._reader.join(TIMEOUT_S)
        self._out.close()
        return code
