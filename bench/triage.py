"""Triage against incidents and quiet days that it has never seen, beside the rule that most alarms have.

    python -m bench triage --incidents 60 --quiet 60 [--seed N] [--kind NAME] [--keep DIR]

Seeds are random unless one is given; the one that was used is printed, and repeats the run.
"""

from __future__ import annotations

import argparse
import inspect
import shutil
import sys
import tempfile
import time as clock
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random, SystemRandom

from bench.incidents import KINDS, Incident, Quiet, Truth, generate, naive
from bench.incidents.judge import Verdict, judge
from insightctl.core.job import Target
from insightctl.core.time import TimeRange
from insightctl.local.backend import LocalBackend
from insightctl.local.sources import LogSource
from insightctl.triage import triage


@dataclass(frozen=True, slots=True)
class Case:
    """A case that ran. `seconds` of triage alone; `rule` is what the naive rule got right, None when it gave no alarm."""

    truth: Truth
    verdict: Verdict
    seconds: float
    rule: naive.Right | None

    @property
    def missed(self) -> bool:
        """Whether anything of it is wrong."""
        if not self.truth.planted:
            return not self.verdict.quiet
        return not (self.verdict.culprit and self.verdict.start)


def run(spec: Incident | Quiet, seed: int, folder: Path) -> Case:
    """Generates a case into the folder and asks both about it."""
    truth = generate(folder, spec, seed)
    backend = LocalBackend([LogSource(folder)])
    asked = TimeRange(truth.asked_ms, truth.end_ms) if truth.asked_ms > truth.start_ms else None
    more = {}
    if asked and "baseline" in inspect.signature(triage).parameters:
        more["baseline"] = TimeRange(truth.start_ms, truth.asked_ms)
    began = clock.perf_counter()
    report = triage(backend, Target(), asked, **more)  # type: ignore[arg-type]
    seconds = clock.perf_counter() - began
    alarm = naive.alarm(backend, Target(), asked)
    rule = None
    if alarm is not None:
        rule = naive.right(truth, alarm) if truth.planted else naive.Right(False, False, False)
    return Case(truth, judge(truth, report), seconds, rule)


def cases(specs: Sequence[Incident | Quiet], seed: int, keep: Path | None) -> Iterator[Case]:
    """Runs all, each with a seed of its own drawn from `seed`; the data of misses stays in `keep`."""
    seeds = Random(seed)
    for number, spec in enumerate(specs):
        folder = Path(tempfile.mkdtemp(prefix="bench-triage-"))
        try:
            case = run(spec, seeds.randrange(10**9), folder / "case")
            if keep and case.missed:
                name = f"{case.truth.kind.replace(': ', '-').replace(' ', '-')}-{case.truth.seed}"
                shutil.copytree(folder / "case", keep / name, dirs_exist_ok=True)
        finally:
            shutil.rmtree(folder)
        if sys.stderr.isatty():
            end = "\n" if number + 1 == len(specs) else ""
            print(f"\r{number + 1} of {len(specs)}", end=end, file=sys.stderr, flush=True)
        yield case


def text(done: Sequence[Case], seed: int) -> str:
    """The figures as Markdown."""
    incidents = [case for case in done if case.truth.planted]
    quiet = [case for case in done if not case.truth.planted]
    lines = [f"\n### {len(incidents)} incidents and {len(quiet)} quiet days, seed {seed}\n"]
    lines += ["| | triage | naive rule |", "|---|---:|---:|"]
    rules = [case.rule or naive.Right(False, False, False) for case in incidents]
    rows = [
        ("function named first", [c.verdict.function for c in incidents], [r.function for r in rules]),
        ("culprit named first", [c.verdict.culprit for c in incidents], [r.culprit for r in rules]),
        ("start within 2 min or one bin", [c.verdict.start for c in incidents], [r.start for r in rules]),
        ("start within 2 min", [c.verdict.exact_start for c in incidents], []),
        ("two incidents: the second told", [c.verdict.second for c in incidents if c.verdict.second is not None], []),
        ("quiet without a critical finding", [c.verdict.quiet for c in quiet], [c.rule is None for c in quiet]),
    ]
    lines += [f"| {name} | {_share(ours)} | {_share(theirs)} |" for name, ours, theirs in rows]
    times = sorted(case.seconds for case in done)
    if times:
        lines.append(f"\nTriage took {times[len(times) // 2]:.2f} s a case (median), {times[-1]:.2f} s at most.\n")
    lines += ["| kind | cases | culprit | start | naive culprit | naive start |", "|---|---:|---:|---:|---:|---:|"]
    for kind in sorted({case.truth.kind for case in incidents}):
        of_kind = [case for case in incidents if case.truth.kind == kind]
        of_rule = [case.rule for case in of_kind if case.rule]
        shares = [
            [c.verdict.culprit for c in of_kind],
            [c.verdict.start for c in of_kind],
            [rule.culprit for rule in of_rule],
            [rule.start for rule in of_rule],
        ]
        lines.append(f"| {kind} | {len(of_kind)} | {' | '.join(f'{sum(share)}' for share in shares)} |")
    lines += ["", "Misses:" if any(case.missed for case in done) else "No misses.", ""]
    return "\n".join([*lines, *(_miss(case) for case in done if case.missed)]) + "\n"


def _share(values: Sequence[bool | None]) -> str:
    return (
        f"{sum(map(bool, values))} of {len(values)} ({100 * sum(map(bool, values)) / len(values):.0f} %)"
        if values
        else "-"
    )


def _miss(case: Case) -> str:
    truth, verdict = case.truth, case.verdict
    head = f"- `--kind '{truth.kind}' --case {truth.seed}` ({truth.form}, {'/'.join(truth.log_formats)}"
    if not truth.planted:
        return f"{head}): said {verdict.said}"
    worst = truth.planted[0]
    cause = clock.strftime("%d %H:%M", clock.gmtime(worst.cause_ms / 1000))
    wrong = ", ".join(n for n, ok in (("culprit", verdict.culprit), ("start", verdict.start)) if not ok)
    return (
        f"{head}, {worst.hits} of {truth.counts[worst.functions[0]].invocations} attempts): {wrong}; "
        f"true: {worst.functions[0]} [{'/'.join(worst.causes)} {worst.version or ''}] {cause}; said {verdict.said}"
    )


def main() -> str:
    """The figures, as Markdown; options come from the command line."""
    options = _options(sys.argv[sys.argv.index("triage") + 1 :] if "triage" in sys.argv else [])
    seed = options.seed if options.seed is not None else SystemRandom().randrange(10**6)
    if options.case is not None:
        spec = Quiet() if options.kind == "quiet" else Incident(options.kind)
        folder = options.keep or Path(tempfile.mkdtemp(prefix="bench-triage-"))
        case = run(spec, options.case, folder)
        print(f"logs and .truth.json are in {folder}", file=sys.stderr)
        return text([case], seed)
    kinds = [options.kind] if options.kind else list(KINDS)
    Random(seed).shuffle(kinds)
    specs: list[Incident | Quiet] = [Incident(kinds[n % len(kinds)]) for n in range(options.incidents)]
    return text(list(cases([*specs, *[Quiet()] * options.quiet], seed, options.keep)), seed)


def _options(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m bench triage")
    parser.add_argument("--incidents", type=int, default=60, help="how many")
    parser.add_argument("--quiet", type=int, default=60, help="how many quiet days")
    parser.add_argument("--seed", type=int, help="repeats a run")
    parser.add_argument("--kind", choices=[*KINDS, "quiet"], help="incidents of that kind only")
    parser.add_argument("--case", type=int, help="the one case of this seed, with --kind; its data stays")
    parser.add_argument("--keep", type=Path, help="where the data of misses, or of the --case, stays")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.stdout.write(main())
