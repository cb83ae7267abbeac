"""Functions as the data's own log lines tell them: versions, when each was first seen, memory, runtime."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from insightctl.core.errors import InsightctlError
from insightctl.core.result import Result
from insightctl.core.time import to_ms
from insightctl.emulator.account.facts import LATEST, Account, Config, Function, Version

Run = Callable[[str], Result]

_TEXT = r"""{% include "_views/report.ql" %}
| stats min(@timestamp) as first_seen, max(memory_mb) as memory by function, version, @log as log
"""
_RUNTIMES = r"""filter @message like /^INIT_START / or type = "platform.initStart"
| parse @logStream /\/(?<stream_function>[^\/\[\]]+)\[/
| parse @log /(?<log_function>[^\/:]+)$/
| parse @message /^INIT_START Runtime Version: (?<text_runtime>[\w.]+?)\.v/
| parse @message /Runtime Version ARN: (?<text_arn>\S+)/
| fields coalesce(text_runtime, record.runtimeVersion) as runtime_version, coalesce(text_arn, record.runtimeVersionArn) as arn
| stats sortsLast(runtime_version) as runtime, sortsLast(arn) as runtime_arn
  by coalesce(stream_function, log_function) as function
"""
_LEAST_TIMEOUT_S = 30


class Derived:
    """Reads the functions once, when first asked; `run` runs a query over all of the data."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._lock = threading.Lock()
        self._account: Account | None = None

    def account(self) -> Account:
        """The functions of the data; none when it cannot be read."""
        with self._lock:
            if self._account is None:
                try:
                    self._account = self._read()
                except InsightctlError:
                    self._account = Account()
            return self._account

    def _read(self) -> Account:
        from insightctl import library

        spec = library.QuerySpec("functions", "emulator", "functions", "", _TEXT, "<functions>", 1)
        runtimes = {
            str(row["function"]): (row["runtime"], row["runtime_arn"]) for row in self._run(_RUNTIMES).records()
        }
        lives: dict[str, list[Version]] = {}
        for row in self._run(library.render(spec)).records():
            at, name, memory = row["first_seen"], row["function"], row["memory"]
            if not isinstance(at, datetime) or not isinstance(name, str):
                continue
            runtime, arn = runtimes.get(name, (None, None))
            config = Config(
                runtime=_runtime(runtime),
                memory_mb=int(memory) if isinstance(memory, int | float) else 128,
                timeout_s=_LEAST_TIMEOUT_S,
                log_group=str(row["log"]).partition(":")[2] or None,
                runtime_arn=str(arn) if arn else None,
            )
            # published a little before it first answered: to the minute is all that logs tell
            at_ms = to_ms(at) // 60_000 * 60_000
            lives.setdefault(name, []).append(Version(str(row["version"] or LATEST), at_ms, config))
        return Account(tuple(_function(name, versions) for name, versions in sorted(lives.items())))


def _function(name: str, versions: list[Version]) -> Function:
    newest = max(versions, key=lambda one: one.modified_ms)
    published = sorted((one for one in versions if one.version.isdecimal()), key=lambda one: int(one.version))
    return Function(name, newest.modified_ms, newest.config, tuple(published))


def _runtime(text: object) -> str:
    """`python:3.12` as Lambda spells it: python3.12."""
    if not isinstance(text, str):
        return "python3.12"
    name, _, version = text.partition(":")
    number = version.partition(".v")[0]
    return f"nodejs{number.partition('.')[0]}.x" if name == "nodejs" else f"{name}{number}"
