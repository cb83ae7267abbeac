"""Masked texts to patterns: texts that differ in a word or two are one pattern, with tokens where they differ.

The clustering is Drain (He et al., 2017) as `drain3` implements it, over words, punctuation and spaces as tokens, so that
a pattern is the text again, character by character.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from insightctl.local.mining.masking import NAMES

SIMILARITY = 0.7
"""Share of equal tokens that makes two texts one pattern; spaces and punctuation count, so it lies above Drain's 0.4."""

_TOKENS = re.compile(r"\s+|[A-Za-z0-9_.$@/\ue000-\uf8ff-]+|.", re.S)
_SPACES = {" ": "\ue100", "\t": "\ue101", "\n": "\ue102", "\r": "\ue103"}
_BACK = {mark: space for space, mark in _SPACES.items()}
_VARIES = "\ue104"
_MARKS = re.compile("[" + "".join(NAMES) + _VARIES + "]")


def templates(masked: Iterable[str]) -> Mapping[str, str]:
    """The pattern of each masked text. The most frequent texts come first: the order decides in doubtful cases."""
    from drain3.drain import Drain

    miner = Drain(depth=4, sim_th=SIMILARITY, max_children=100, param_str=_VARIES)
    cluster_of: dict[str, int] = {}
    for text in masked:
        if text not in cluster_of:
            cluster, _ = miner.add_log_message(_encoded(text))
            cluster_of[text] = cluster.cluster_id
    patterns = {cluster.cluster_id: numbered(_decoded(cluster.get_template())) for cluster in miner.clusters}
    return {text: patterns[cluster] for text, cluster in cluster_of.items()}


def _encoded(text: str) -> str:
    tokens = _TOKENS.findall(text) or [""]
    return " ".join("".join(_SPACES.get(char, char) if char.isspace() else char for char in token) for token in tokens)


def _decoded(template: str) -> str:
    return "".join(_BACK.get(char, char) for token in template.split(" ") for char in token)


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
