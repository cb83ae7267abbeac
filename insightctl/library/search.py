"""Finds queries by words that people type: stems, and the words that others use for the same thing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from insightctl.library.spec import QuerySpec

_WORD = re.compile(r"[a-z0-9]+")
_ENDINGS = ("ations", "ation", "ings", "ing", "ions", "ion", "ies", "ers", "er", "ed", "es", "s", "e", "y")
_SHORTEST = 3
"""Letters that a stem keeps at least: `bytes` is not `b`."""

_IDLE = frozenset(
    re.findall(
        r"\w+",
        "a an and any are at by can did do does for from get has have how i in is it its lambda lambdas me my of on or "
        "our show so that the there this to was we were what when where which who why with",
    )
)
_SAME: Sequence[frozenset[str]] = tuple(
    frozenset(words.split(" "))
    for words in (
        "slow latency duration p99 percentile",
        "error fail failure exception broken broke break wrong bug",
        "crash exit killed segfault",
        "memory oom ram heap",
        "cost price usd money bill expensive spend cheap",
        "deploy deployment release version rollout rollback canary",
        "throttle 429 throttling ratelimit quota",
        "timeout hang stuck",
        "cold coldstart init",
        "permission access denied iam forbidden 403 unauthorized",
        "network connection dns tls refused",
        "traffic load invocation volume busy",
        "duplicate idempotency twice",
        "retry retries again",
        "secret leak password credential token",
        "json structured field",
        "queue sqs batch poison",
        "trace xray correlation",
    )
)
_NAME, _TITLE, _QUESTION, _READ = 8.0, 5.0, 3.0, 1.0


def found(specs: Iterable[QuerySpec], text: str) -> tuple[QuerySpec, ...]:
    """The queries about the words of a text, the likeliest first; those about all words, if there are any."""
    words = [word for word in _words(text) if word not in _IDLE] or list(_words(text))
    scored = [(spec, [_score(spec, word) for word in words]) for spec in specs]
    every = [(spec, scores) for spec, scores in scored if scores and all(scores)]
    some = every or [(spec, scores) for spec, scores in scored if any(scores)]
    return tuple(
        spec
        for spec, _ in sorted(some, key=lambda pair: (not _named(pair[0], words), -sum(pair[1]), len(pair[0].name)))
    )


def _named(spec: QuerySpec, words: Sequence[str]) -> bool:
    """Whether the words are the query's name, or one of them, in another spelling: cold start is coldstarts."""
    names = {stem(name.replace("-", "")) for name in (spec.name, *spec.aliases)}
    return stem("".join(words)) in names


def stem(word: str) -> str:
    """A word without its ending: throttling, throttled and throttles are throttl."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word[: -len(ending)]
    return word


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.lower()))


def _score(spec: QuerySpec, word: str) -> float:
    texts = (
        (_NAME, " ".join((spec.name, *spec.aliases))),
        (_TITLE, " ".join((spec.title, *spec.tags, spec.group))),
        (_QUESTION, spec.question),
        (_READ, spec.read),
    )
    own = max((weight for weight, text in texts if _has(text, word)), default=0.0)
    others = {other for same in _SAME if any(_alike(word, each) for each in same) for other in same} - {word}
    like = max((weight for weight, text in texts[:3] for other in others if _has(text, other)), default=0.0)
    exact = 2.0 if word in _words(texts[0][1]) else 0.0
    return max(own + exact, like / 2)


def _has(text: str, word: str) -> bool:
    """Whether a word of the text, or two that belong together (cold start), is meant by a word."""
    words = _words(text)
    return any(_alike(word, each) for each in words) or any(word == a + b for a, b in pairwise(words))


def _alike(word: str, other: str) -> bool:
    if word == other:
        return True
    a, b = stem(word), stem(other)
    return a == b or (len(word) >= _SHORTEST and other.startswith(word)) or (len(a) > _SHORTEST and other.startswith(a))
