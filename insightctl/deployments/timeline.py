"""Asks every source side by side, and puts what they tell together. One that is refused is named; the rest is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TypeVar

from insightctl import library
from insightctl.cloud.session import Cloud
from insightctl.cloud.targets import resolve
from insightctl.core.arns import LAMBDA_FOLDER, function_ref, is_pattern
from insightctl.core.errors import InsightctlError, Interrupted
from insightctl.core.job import Backend, QueryJob, Target
from insightctl.core.time import TimeRange
from insightctl.deployments import logs, tags
from insightctl.deployments.deployment import Alias, Deployment, Refused, Source, Timeline
from insightctl.deployments.functions import aliases, versions
from insightctl.deployments.mark_groups import Marks
from insightctl.deployments.merge import merged
from insightctl.deployments.trail import trail

_OF_LAMBDA = 2

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Sources:
    """Where deployments are looked for; what is None is left out.

    `backend` runs the queries over logs, `cloud` answers for Lambda and CloudTrail (`asked` says which of the two),
    `git` is a folder of a repository.
    """

    backend: Backend | None = None
    cloud: Cloud | None = None
    marks: Marks | None = None
    git: Path | None = None
    asked: frozenset[Source] = frozenset(("lambda", "cloudtrail"))


@dataclass(frozen=True, slots=True)
class _Told:
    deployments: tuple[Deployment, ...] = ()
    aliases: tuple[Alias, ...] = ()
    refused: tuple[Refused, ...] = ()
    warnings: tuple[str, ...] = ()


def timeline(sources: Sources, target: Target, time: TimeRange | None) -> Timeline:
    """The deployments of the target's functions (of all when it names none) in a time range (None: all there is).

    Raises UsageError for a wrong target, the first source's InsightctlError when every source failed.
    """
    failures: list[InsightctlError] = []
    named = functions_of(sources.cloud, target)
    questions = _questions(sources, named, time, failures)

    def answer(source: Source) -> _Told:
        try:
            return questions[source]()
        except Interrupted:
            raise
        except InsightctlError as error:
            failures.append(error)
            return _Told(refused=(Refused(source, error.what, error.permission),))

    with ThreadPoolExecutor(max(1, len(questions))) as pool:
        beside = {source: pool.submit(answer, source) for source in questions}
        # queries run in this thread: a Ctrl-C reaches them here
        told = [_queries(sources.backend, target, time, failures)] if sources.backend else []
        told += [each.result() for each in beside.values()]
    if failures and len(failures) >= len(questions) + 2 * (sources.backend is not None):
        raise failures[0]
    found = merged(d for each in told for d in each.deployments if _is_meant(d, target, named))
    return Timeline(
        tuple(d for d in found if time is None or time.start <= d.at < time.end),
        tuple(sorted({a for each in told for a in each.aliases}, key=lambda a: (a.function, a.name))),
        tuple(each for one in told for each in one.refused),
        tuple(dict.fromkeys(warning for each in told for warning in each.warnings)),
    )


def functions_of(cloud: Cloud | None, target: Target) -> tuple[str, ...]:
    """The functions of a target by name; of a glob, a stack or a tag those that AWS knows."""
    plain = [function_ref(name).name for name in target.functions]
    only_names = target == Target(target.functions)
    if cloud is None or (only_names and not any(map(is_pattern, plain))):
        return tuple(dict.fromkeys(name for name in plain if not is_pattern(name)))
    groups = resolve(cloud, target)
    return tuple(
        dict.fromkeys(
            group.function or group.name.removeprefix(LAMBDA_FOLDER)
            for group in groups
            if group.function or group.name.startswith(LAMBDA_FOLDER)
        )
    )


def _questions(
    sources: Sources, functions: Sequence[str], time: TimeRange | None, failures: list[InsightctlError]
) -> Mapping[Source, Callable[[], _Told]]:
    """What runs beside the queries, by source."""
    found: dict[Source, Callable[[], _Told]] = {}
    cloud, marks, folder = sources.cloud, sources.marks, sources.git
    if cloud is not None and functions and "lambda" in sources.asked:
        found["lambda"] = lambda: _of_lambda(cloud, functions, failures)
    if cloud is not None and functions and "cloudtrail" in sources.asked:

        def of_trail() -> _Told:
            known = trail(cloud, functions, time)
            return _Told(known.deployments, warnings=known.warnings)

        found["cloudtrail"] = of_trail
    if marks is not None:
        found["mark"] = lambda: _Told(
            tuple(mark.deployment for mark in marks.read(functions, time.start if time else None))
        )
    if folder is not None:
        found["git"] = lambda: _Told(tags.tags(folder))
    return found


def _of_lambda(cloud: Cloud, functions: Sequence[str], failures: list[InsightctlError]) -> _Told:
    """Versions without aliases, or aliases without versions, where only one of them may be seen."""
    refused: list[InsightctlError] = []

    def told(ask: Callable[[Cloud, Sequence[str]], tuple[_T, ...]]) -> tuple[_T, ...]:
        try:
            return ask(cloud, functions)
        except Interrupted:
            raise
        except InsightctlError as error:
            refused.append(error)
            return ()

    made, pointing = told(versions), told(aliases)
    if len(refused) == _OF_LAMBDA:
        failures.append(refused[0])
    names = (Refused("lambda", error.what, error.permission) for error in refused)
    return _Told(made, pointing, tuple(dict.fromkeys(names)))


def _queries(backend: Backend, target: Target, time: TimeRange | None, failures: list[InsightctlError]) -> _Told:
    told = _Told()
    for name, read in (("deployments", logs.from_result), ("runtime-updates", logs.runtime_updates)):
        try:
            result = backend.run(QueryJob(library.render(library.load(name)), target, time, name, span=False))
        except Interrupted:
            raise
        except InsightctlError as error:
            failures.append(error)
            refused = Refused("logs", error.what, error.permission)
            told = replace(told, refused=tuple(dict.fromkeys((*told.refused, refused))))
            continue
        told = replace(told, deployments=told.deployments + read(result), warnings=(*told.warnings, *result.warnings))
    return told


def _is_meant(found: Deployment, target: Target, named: Sequence[str]) -> bool:
    """Logs are narrowed by their backend, tags belong to no function; the rest is of one that was named."""
    if found.source in ("logs", "git") or found.function in named:
        return True
    globs = () if named else target.functions  # local logs: nobody knows which functions there are
    return (not globs and not named) or any(fnmatchcase(found.function, function_ref(name).name) for name in globs)
