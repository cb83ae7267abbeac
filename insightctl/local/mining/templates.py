"""Masked texts to patterns: texts that differ in a word or two are one pattern, with tokens where they differ.

The clustering is Drain (He et al., 2017) as `drain3` implements it, over the words of texts with the same structure, so that
a pattern is the text again, character by character.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from insightctl.local.mining.masking import NAMES

SIMILARITY = 0.7
"""Share of equal words that makes two texts of the same structure one pattern."""

_WORD = re.compile(r"[\w.$@/-]+")
_VARIES = "\ue104"
_MARKS = re.compile("[" + "".join(NAMES) + _VARIES + "]")


def templates(masked: Iterable[str]) -> Mapping[str, str]:
    """The pattern of each masked text. The most frequent texts come first: the order decides in doubtful cases.

    Only texts with the same punctuation, spaces and tokens can be one pattern: what lies between the words is their
    structure, so that texts which have no more than a number in common stay apart.
    """
    from drain3.drain import Drain

    miner = Drain(depth=4, sim_th=SIMILARITY, max_children=100, param_str=_VARIES)
    structures: dict[tuple[str, ...], str] = {}
    cluster_of: dict[str, int] = {}
    between_of: dict[int, tuple[str, ...]] = {}
    for text in masked:
        if text in cluster_of:
            continue
        between = tuple(_WORD.split(text))
        structure = structures.setdefault(between, _letters(len(structures)))
        cluster, _ = miner.add_log_message(" ".join([structure, *_WORD.findall(text)]))
        cluster_of[text] = cluster.cluster_id
        between_of[cluster.cluster_id] = between
    patterns = {
        cluster.cluster_id: numbered(_joined(cluster.get_template(), between_of[cluster.cluster_id]))
        for cluster in miner.clusters
    }
    return {text: patterns[cluster] for text, cluster in cluster_of.items()}


def _letters(number: int) -> str:
    """A number in letters: Drain takes a word with digits for one that varies."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def _joined(template: str, between: tuple[str, ...]) -> str:
    """The words of a template, behind the one that names its structure, with what lies between them."""
    words = template.split(" ")[1:]
    return "".join(piece for pair in zip(between, [*words, ""], strict=True) for piece in pair)


def numbered(template: str) -> str:
    """A template as people read it: `<UUID-1>`, `<Token-2>`, counted from the left."""
    count = 0

    def name(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return f"<{NAMES.get(match[0], 'Token')}-{count}>"

    return _MARKS.sub(name, template)


def severity(pattern: str) -> str:
    """ERROR when the pattern speaks of an error, WARN when of a warning, else INFO: the rule of the service's page."""
    lowered = pattern.lower()
    if any(word in lowered for word in ("error", "fatal", "exception", "critical")):
        return "ERROR"
    return "WARN" if "warn" in lowered else "DEBUG" if re.search(r"\bdebug\b", lowered) else "INFO"
