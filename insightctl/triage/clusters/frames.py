"""The top frame of one's own code in a stack trace of any runtime of Lambda.

A runtime is a pattern, the way it orders frames, and what of it is not one's own: the runtime itself, layers, libraries.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from insightctl.triage.clusters.model import Frame

_FOREIGN_PATHS = re.compile(
    r"/var/runtime/|/var/lang/|/opt/|site-packages/|dist-packages/|node_modules/|/gems/|/usr/(?:local/)?(?:lib|go)/"
    r"|/go/pkg/mod/|/(?:aws|boto3|botocore|urllib3|awslambdaric)/|^node:|^<|^internal/|UserFunction\.js$"
    r"|/_?asm_amd64\.s$|(?:^|/)runtime/(?:panic|asm|proc)"
)
_FOREIGN_NAMES = re.compile(
    r"^(?:java|javax|jdk|sun|com\.sun|kotlin|kotlinx|scala|groovy|lambdainternal|com\.amazonaws|software\.amazon|io\.netty"
    r"|reactor|org\.springframework|org\.apache|org\.hibernate|com\.fasterxml|com\.google|io\.micronaut|io\.quarkus|okhttp3"
    r"|System|Microsoft|Amazon|AWSSDK|Newtonsoft|Polly|lambda_method|runtime|reflect|net/http|github\.com/aws)[./(]"
)


@dataclass(frozen=True, slots=True)
class Stack:
    """How a runtime writes frames: `pattern` has file, function and line; `last` when the innermost comes last."""

    runtime: str
    pattern: re.Pattern[str]
    last: bool = False


STACKS: tuple[Stack, ...] = (
    Stack(
        "python",
        re.compile(r'File "(?P<file>[^"\n]{1,300})", line (?P<line>\d+)(?:, in (?P<function>[\w<>.]{1,120}))?'),
        last=True,
    ),
    Stack(
        ".NET",
        re.compile(
            r"\bat (?P<function>[\w.<>`+|\[\],]{1,250})\([^\n)]{0,500}\) in (?P<file>[^\n]{1,300}?):line (?P<line>\d+)"
        ),
    ),
    Stack(
        "java",
        re.compile(
            r"\bat (?:[\w.@-]{1,80}/{1,2})?(?P<function>[A-Za-z_$][\w$.<>]{1,250})"
            r"\((?:(?P<file>[\w$]{1,120}\.(?:java|kt|scala|groovy))(?::(?P<line>\d+))?|Native Method|Unknown Source)\)"
        ),
    ),
    Stack(
        "node",
        re.compile(
            r"\bat (?:async )?(?:(?P<function>[^\s(\n\"][^(\n\"]{0,150}?) \()?(?:file://)?"
            r"(?P<file>(?:/|node:|[A-Za-z]:\\|internal/)[^\s():\n\"]{1,300}):(?P<line>\d+):\d+"
        ),
    ),
    Stack(
        "ruby",
        re.compile(r"(?P<file>/[^\s:\"\n]{1,300}\.rb):(?P<line>\d+)(?::in [`'](?P<function>[^'\n\"]{1,120})')?"),
    ),
    Stack(
        "go",
        re.compile(r"(?P<function>[\w./*()-]{1,250})\([^\n]{0,300}\)\n\s+(?P<file>/[^\s:\n]{1,300}\.go):(?P<line>\d+)"),
    ),
    Stack(
        "go JSON",
        re.compile(
            r'"path":\s?"(?P<file>[^"\n]{1,300})",\s?"line":\s?(?P<line>\d+),\s?"label":\s?"(?P<function>[^"\n]{1,150})"'
        ),
    ),
)


def own_frame(trace: str) -> Frame | None:
    """The innermost frame of one's own code; None where a trace has none."""
    for stack in STACKS:
        own = [match for match in stack.pattern.finditer(trace) if _is_own(match)]
        if own:
            return _frame(own[-1] if stack.last else own[0], stack)
    return None


def frames(trace: str) -> Iterator[Frame]:
    """All frames of one's own code, as they stand in the trace."""
    for stack in STACKS:
        for match in stack.pattern.finditer(trace):
            if _is_own(match):
                yield _frame(match, stack)


def _is_own(match: re.Match[str]) -> bool:
    file, function = match["file"] or "", match["function"] or ""
    return not (_FOREIGN_PATHS.search(file) or _FOREIGN_NAMES.match(f"{function}("))


def _frame(match: re.Match[str], stack: Stack) -> Frame:
    file, function = match["file"] or "", (match["function"] or "").strip()
    line = int(match["line"]) if match["line"] and len(match["line"]) < 10 else 0
    if stack.runtime == "java":
        owner, _, name = function.rpartition(".")
        return Frame(owner.partition("$")[0] or file, name, line)
    if stack.runtime in (".NET", "ruby"):
        function = re.split(r"[.#]", function)[-1]
    if stack.runtime.startswith("go"):
        function = function.rpartition("/")[2]
    return Frame(_below_task(file), "" if function in ("<anonymous>", "Object.<anonymous>") else function, line)


def _below_task(file: str) -> str:
    return file.partition("/var/task/")[2] or file.removeprefix("/build/").removeprefix("/src/")
