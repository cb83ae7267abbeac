"""Makes the files of a scenario: all of them, or none."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from insightctl.core.errors import InsightctlError
from insightctl.demo.functions import FUNCTIONS
from insightctl.demo.functions.checkout import BAD_VERSION, CHECKOUT, PLANTED
from insightctl.demo.scenario import Scenario
from insightctl.demo.spec import FunctionSpec
from insightctl.demo.stream import FunctionStream
from insightctl.demo.traffic import Budget, ByteBudget, CountBudget
from insightctl.demo.truth import FunctionTruth, Incident, Truth
from insightctl.demo.writer import OrderedWriter, Sink

Progress = Callable[[int, int], None]

_STAGING = ".insightctl-demo.partial"
_TRUTH = "truth.json"
_GZIP_LEVEL = 4  # level 6 takes twice as long for 4 % less


def generate(scenario: Scenario, out: Path, *, progress: Progress | None = None) -> Truth:
    """Write `out/logs/<function>.log[.gz]` and `out/truth.json`, replacing those of an earlier run.

    `progress(done, total)` counts invocations, or bytes when the scenario's size is given in bytes. Interrupted, it
    leaves nothing behind. Raises InsightctlError when the files cannot be written.
    """
    try:
        with _staging(out) as staging:
            truth = _Run(scenario, staging, out, progress or _silent).run()
            _publish(truth, staging, out)
    except OSError as error:
        raise InsightctlError(
            f"the scenario cannot be written: {error.strerror or error}",
            where=str(error.filename or out),
            remedy="choose a folder that can be written and has room",
        ) from error
    return truth


class _Run:
    """One generation into the staging folder; functions come one after another, each with its own budget."""

    def __init__(self, scenario: Scenario, staging: Path, out: Path, progress: Progress) -> None:
        self._scenario = scenario
        self._staging = staging
        self._out = out
        self._progress = progress
        self._attempts = self._bytes = self._events = self._streamed = 0

    def run(self) -> Truth:
        functions: list[FunctionTruth] = []
        deployed_at_ms = 0
        for spec, budget in zip(FUNCTIONS, _budgets(self._scenario), strict=True):
            with _open_log(self._staging / spec.file_name, spec) as sink:
                writer = OrderedWriter(sink)
                stream = FunctionStream(spec, self._scenario.seed, self._scenario.time, budget, writer)
                stream.run(self._advanced)
            functions.append(stream.tally.truth(stream.deployments))
            if spec is CHECKOUT:
                deployed_at_ms = stream.deployments[-1][0]
            self._attempts += functions[-1].invocations
            self._streamed += writer.bytes
            self._events += writer.events
        truth = self._truth(tuple(functions), deployed_at_ms)
        text = json.dumps(truth.to_json(), indent=1, ensure_ascii=False)
        (self._staging / _TRUTH).write_text(text + "\n", encoding="utf-8")
        return truth

    def _advanced(self, attempts: int, size: int) -> None:
        target = self._scenario.target_bytes
        if target is None:
            self._progress(self._attempts + attempts, self._scenario.total_invocations)
        else:
            self._progress(self._streamed + size, target)

    def _truth(self, functions: tuple[FunctionTruth, ...], deployed_at_ms: int) -> Truth:
        return Truth(
            seed=self._scenario.seed,
            start_ms=self._scenario.time.start_ms,
            end_ms=self._scenario.end_ms,
            bytes=self._streamed,
            events=self._events,
            log_files=tuple(self._out / function.file for function in functions),
            truth_file=self._out / _TRUTH,
            functions=functions,
            incident=_incident(functions, deployed_at_ms),
        )


def _incident(functions: tuple[FunctionTruth, ...], deployed_at_ms: int) -> Incident:
    checkout = next(function for function in functions if function.name == CHECKOUT.name)
    previous = CHECKOUT.releases[-2].version
    before, after = checkout.version(previous), checkout.version(BAD_VERSION)
    return Incident(
        function=CHECKOUT.name,
        version=BAD_VERSION,
        previous_version=previous,
        deployed_at_ms=deployed_at_ms,
        error_type=PLANTED.error,
        error_message=PLANTED.message,
        failure_pct_before=before.failure_pct if before else None,
        failure_pct_after=after.failure_pct if after else None,
    )


def _budgets(scenario: Scenario) -> list[Budget]:
    """Each function's part of the whole, in the order of FUNCTIONS; the first takes what division leaves over."""
    if scenario.target_bytes is not None:
        whole = sum(spec.share * spec.typical_bytes for spec in FUNCTIONS)
        return [
            ByteBudget(int(scenario.target_bytes * spec.share * spec.typical_bytes / whole), spec.typical_bytes)
            for spec in FUNCTIONS
        ]
    counts = [int(scenario.total_invocations * spec.share) for spec in FUNCTIONS]
    counts[0] += scenario.total_invocations - sum(counts)
    return [CountBudget(count) for count in counts]


@contextmanager
def _open_log(path: Path, spec: FunctionSpec) -> Iterator[Sink]:
    with path.open("wb") as raw:
        if not spec.gzipped:
            yield raw
            return
        # No file name and no time in the header: the same scenario gives the same bytes.
        with gzip.GzipFile(filename="", mode="wb", compresslevel=_GZIP_LEVEL, fileobj=raw, mtime=0) as packed:
            yield packed


@contextmanager
def _staging(out: Path) -> Iterator[Path]:
    """A fresh folder inside `out` for unfinished files; it goes, with the folders made for it, whatever happens."""
    made = [folder for folder in (out, *out.parents) if not folder.exists()]
    staging = out / _STAGING
    if staging.exists():
        shutil.rmtree(staging)  # left by a run that was killed
    try:
        staging.mkdir(parents=True)
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        for folder in made:
            with suppress(OSError):  # it holds the finished files
                folder.rmdir()


def _publish(truth: Truth, staging: Path, out: Path) -> None:
    """The old truth goes first and the new one comes last: a truth.json always belongs to the logs beside it."""
    (out / "logs").mkdir(exist_ok=True)
    truth.truth_file.unlink(missing_ok=True)
    for path in truth.log_files:
        (staging / path.name).replace(path)
    (staging / _TRUTH).replace(truth.truth_file)


def _silent(done: int, total: int) -> None:
    """No one watches."""
