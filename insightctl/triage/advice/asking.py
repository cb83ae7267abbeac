"""Runs the few queries of advice and the rules over what they say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from insightctl import library
from insightctl.core.errors import InsightctlError, Interrupted
from insightctl.core.job import Backend, QueryJob, Target
from insightctl.core.result import Result
from insightctl.core.time import TimeRange, to_ms
from insightctl.library.data import data_files
from insightctl.library.load import parse_file
from insightctl.triage.advice import facts
from insightctl.triage.advice.model import Advice, Advised
from insightctl.triage.advice.money import Costs
from insightctl.triage.advice.rules import advices
from insightctl.triage.advice.settings import Settings, Told
from insightctl.triage.model import Skipped

ReadSettings = Callable[[Sequence[str]], Told]
"""Asks Lambda for the settings of functions; None where there is no Lambda to ask (local logs)."""


@dataclass(slots=True)
class _Asking:
    backend: Backend
    target: Target
    time: TimeRange | None
    results: list[Result] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    def ask(self, name: str, text: str, *, span: bool = False) -> Result | None:
        """The answer; None, and a note, when the backend refuses it."""
        try:
            result = self.backend.run(QueryJob(text, self.target, self.time, name, span=span))
        except Interrupted:
            raise
        except InsightctlError as error:
            self.skipped.append(Skipped(name, error.what))
            return None
        self.results.append(result)
        return result


def advise(
    backend: Backend,
    target: Target,
    time: TimeRange | None,
    costs: Costs,
    settings: ReadSettings | None = None,
) -> Advised:
    """Advice for every function of the target, from five queries over the range (None: the data's own span, local only).

    A query that is refused is in `skipped` and its advice is left out; without the first, which says what ran, there is
    none to give: raises its InsightctlError.
    """
    asking = _Asking(backend, target, time)
    text = library.render(_hidden("sizes"))
    first = backend.run(QueryJob(text, target, time, "sizes"))
    asking.results.append(first)
    sizes = facts.sizes(first)
    functions = tuple(sorted({size.function for size in sizes}))
    histories: tuple[facts.History, ...] = ()
    if sizes:
        told = settings(functions) if settings else Told({}, ())
        asking.skipped += told.skipped
        histories = _histories(asking, first, sizes, told.settings)
    costing = [s for result in asking.results if (s := result.statistics.cost_usd) is not None]
    return Advised(
        str(target),
        histories[0].time if histories else time,
        costs.region,
        tuple(sorted((advice for each in histories for advice in advices(each, costs)), key=_order)),
        functions,
        costs.assumed,
        len(asking.results),
        round(sum(result.statistics.seconds for result in asking.results), 3),
        sum(costing) if costing else None,
        tuple(asking.skipped),
        tuple(dict.fromkeys(warning for result in asking.results for warning in result.warnings)),
    )


def _histories(
    asking: _Asking, first: Result, sizes: Sequence[facts.Size], settings: Mapping[str, Settings]
) -> tuple[facts.History, ...]:
    begun = asking.ask("environments", library.render(_hidden("environments")))
    hourly = asking.ask("hours", library.render(_hidden("hours")))
    peaks = asking.ask("concurrency", library.render(library.load("concurrency"), {"bin": "1h", "top": "10000"}))
    volume = asking.ask("log-volume", library.render(library.load("log-volume"), {"top": "10000"}))
    environments = facts.environments(begun) if begun else ()
    hours = facts.hours(hourly, peaks) if hourly else ()
    logged = facts.logged(volume) if volume else ()
    limits = facts.limits(first)
    time = asking.time or _own_span(first, sizes)
    return tuple(
        facts.History(
            function,
            time,
            tuple(each for each in sizes if each.function == function),
            tuple(each for each in environments if each.function == function),
            tuple(each for each in hours if each.function == function),
            tuple(each for each in logged if each.function == function),
            limit_ms=limits[function][0] if function in limits else None,
            timeout_lines=limits[function][1] if function in limits else 0,
            settings=settings.get(function),
        )
        for function in dict.fromkeys(size.function for size in sorted(sizes, key=lambda s: s.function))
    )


def _own_span(first: Result, sizes: Sequence[facts.Size]) -> TimeRange:
    """The span of the data, where no time was asked."""
    seen = TimeRange(min(to_ms(s.first) for s in sizes), max(to_ms(s.last) for s in sizes) + 1)
    return first.time or seen


def _hidden(name: str) -> library.QuerySpec:
    """A query of `queries/_advice`: it is for advice alone, and in no list."""
    text = data_files("queries").joinpath("_advice", f"{name}.ql").read_text("utf-8")
    return parse_file(text, "_advice", name, f"queries/_advice/{name}.ql")


def _order(advice: Advice) -> tuple[int, float, str, str]:
    """Risks, then what saves most for sure, then what may save, then what costs; what is fine last."""
    rank = 0 if advice.risk else {"thin": 4, "nothing": 3}.get(advice.action, 1)
    sure, best = advice.saved or 0.0, advice.saved_high or 0.0
    return rank, -(sure + best / 2), advice.function, advice.kind
