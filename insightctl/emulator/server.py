"""The endpoint as a whole: it binds 127.0.0.1, answers until it is stopped, and leaves nothing on disk."""

from __future__ import annotations

import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from insightctl.core.errors import UsageError
from insightctl.emulator.account.derived import Derived
from insightctl.emulator.account.desk import Desk
from insightctl.emulator.account.facts import Account
from insightctl.emulator.adversary import Adversary
from insightctl.emulator.adversity import Adversity
from insightctl.emulator.alarm_history import AlarmHistory
from insightctl.emulator.dashboards import Dashboards
from insightctl.emulator.engine import Engine
from insightctl.emulator.faults import Faults
from insightctl.emulator.journal import Entry, Journal
from insightctl.emulator.live_tail import LiveTail, Sessions
from insightctl.emulator.log_events import LogEvents
from insightctl.emulator.log_fields import LogFields
from insightctl.emulator.log_groups import LogGroups, delete_group
from insightctl.emulator.lookup_store import LookupStore
from insightctl.emulator.lookup_tables import LookupTables
from insightctl.emulator.metrics import Metrics
from insightctl.emulator.queries import Queries
from insightctl.emulator.query_definitions import QueryDefinitions, SavedQueries
from insightctl.emulator.query_runs import QueryRuns
from insightctl.emulator.router import Router, operations
from insightctl.emulator.seeding import Seeder
from insightctl.emulator.store import Store
from insightctl.emulator.twin import Twin
from insightctl.emulator.wire import DEFAULT_REGION

if TYPE_CHECKING:
    from insightctl.local import LogSource

HOST = "127.0.0.1"  # never another: the endpoint asks for no credentials
_POLL_SECONDS = 0.05  # how soon close() is noticed


class Emulator:
    """A running endpoint from the moment it is made; `url` is where. Close it, or use it as a context manager.

    `sources` are the log files whose groups exist from the start; `port` 0 picks a free one; `verbose` prints requests.
    `adversity` says what goes wrong on purpose: nothing by default. `account` states functions, their versions and
    aliases, and trail events (`insightctl.emulator.account`); the data's logs tell those of functions it leaves out.
    Raises UsageError when moto is missing or the port is taken, SourceError when the data cannot be read.
    """

    def __init__(
        self,
        sources: Sequence[LogSource] = (),
        *,
        port: int = 0,
        verbose: bool = False,
        adversity: Adversity | None = None,
        account: Account | None = None,
    ) -> None:
        self._stated = account
        self._faults, self._journal = Faults(adversity or Adversity()), Journal()
        _require_moto()
        listening = _bind(port)
        self.url = f"http://{HOST}:{listening.getsockname()[1]}"
        self._folder = Path(tempfile.mkdtemp(prefix="insightctl-serve-"))
        try:
            engine = Engine(sources)
            store, twin = Store(self._folder, engine.seeds, _now_ms(), self.adversity.visible_after_s), Twin()
        except BaseException:
            listening.close()
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        self._engine = engine
        tables, saved = LookupStore(self._folder), SavedQueries()
        self._runs = QueryRuns(engine, tables, _now_ms, self._faults)
        self._sessions = Sessions()
        self._seeder = Seeder(store, twin, self._sessions, _now_ms)
        self._delete = partial(delete_group, store, twin)
        handlers = (
            LogGroups(store, twin, _now_ms),
            LogEvents(store, engine, self._sessions, _now_ms),
            LogFields(store, engine, _now_ms),
            LiveTail(store, self._sessions, self._faults),
            Queries(store, self._runs, saved, tables, _now_ms),
            QueryDefinitions(saved, _now_ms),
            LookupTables(tables, self._runs, _now_ms),
        )
        self._derived = Derived(engine.run_over_data) if sources else None
        moto = _moto_app()
        router = Router(
            operations(*handlers),
            operations(Dashboards(_now_ms), Metrics(store, engine), AlarmHistory()),
            moto,
            store,
            twin,
            Desk(self._account, moto, _now_ms),
        )
        app = Adversary(router, self._faults, self._journal, self._delete)
        self._server = _server(listening, app, verbose=verbose)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_POLL_SECONDS,), name="emulator", daemon=True
        )
        self._thread.start()

    @property
    def adversity(self) -> Adversity:
        """What goes wrong on purpose."""
        return self._faults.adversity

    @property
    def journal(self) -> list[Entry]:
        """The calls so far, by arrival: a copy."""
        return self._journal.entries()

    def clear_journal(self) -> None:
        """Forget the calls so far."""
        self._journal.clear()

    def running(self) -> Sequence[str]:
        """The ids of the queries that are Scheduled or Running, oldest first."""
        return self._runs.running()

    def put(self, group: str, stream: str, events: Sequence[tuple[int, str]], region: str = DEFAULT_REGION) -> None:
        """Put events (UTC ms, message) past all faults and limits; the group and the stream are made if need be.

        Live Tail sessions are told of them; `visible_after_s` holds. Raises InvalidParameter for an empty message.
        """
        self._seeder.put(region, group, stream, events)

    def know(self, account: Account | None) -> None:
        """State functions and trail events from now on, in place of those before; None: what the data's logs tell."""
        self._stated = account

    def _account(self, _region: str) -> Account:
        """The facts of a region: what is stated, and functions of the data that are not."""
        stated = self._stated or Account()
        if self._derived is None:
            return stated
        found = self._derived.account()
        known = {function.name for function in stated.functions}
        more = tuple(function for function in found.functions if function.name not in known)
        return Account((*stated.functions, *more), (*found.events, *stated.events), stated.concurrency)

    def delete_group(self, name: str, region: str = DEFAULT_REGION) -> None:
        """Delete a log group, as somebody else might. Raises ResourceNotFound."""
        self._delete(region, name)

    def suffer(self, adversity: Adversity) -> None:
        """Let other things go wrong from now on. Quotas, sessions and draws begin anew; visible_after_s stays."""
        self._faults.begin(adversity)

    def wait(self) -> None:
        """Return when the endpoint is closed (from another thread) or a signal's handler raises."""
        self._thread.join()

    def close(self) -> None:
        """Stop answering and remove what was put."""
        self._sessions.close()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._runs.close()
        self._engine.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Emulator:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _require_moto() -> None:
    try:
        import moto.moto_server.werkzeug_app  # noqa: F401
    except ImportError:
        raise UsageError(
            "the emulator is built on moto's server, which is not installed",
            remedy="pip install 'insightctl[serve]'",
        ) from None


def _bind(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
        listening.listen(128)
    except (OSError, OverflowError) as error:
        listening.close()
        raise UsageError(
            f"port {port} of {HOST} cannot be used: {getattr(error, 'strerror', None) or error}",
            remedy="take another with --port, or --port 0 for any free one",
        ) from None
    return listening


def _moto_app() -> Any:
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    return DomainDispatcherApplication(create_backend_app)


def _server(listening: socket.socket, app: Any, *, verbose: bool) -> Any:
    from moto.moto_server.werkzeug_app import MotoRequestHandler
    from werkzeug.serving import make_server

    class Requests(MotoRequestHandler):  # type: ignore[misc,unused-ignore]
        """Prints one line a request to stderr, or nothing."""

        def log_request(self, code: Any = "-", _size: Any = "-") -> None:
            if verbose:
                asked = self.headers.get("X-Amz-Target") or f"{self.command} {self.path}"
                self._print(f"{self.log_date_time_string()}  {asked}  {getattr(code, 'value', code)}")

        def log(self, type: str, message: str, *args: Any) -> None:
            if verbose or type == "error":
                self._print(message % args)

        def _print(self, line: str) -> None:
            import sys

            print(line.encode("unicode_escape").decode(), file=sys.stderr, flush=True)

    server = make_server(HOST, 0, app, threaded=True, request_handler=Requests, fd=listening.fileno())
    listening.close()  # make_server took a copy
    return server
