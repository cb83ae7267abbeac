"""Secrets out of texts that are shared: keys, tokens, passwords and e-mail addresses become ‹what it was›."""

from __future__ import annotations

import re

# each pattern is linear in the length of the text: log lines may be huge
_SECRETS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}\b"), "‹AWS key›"),
    (re.compile(r"\beyJ[\w-]{6,}\.[\w-]{6,}(?:\.[\w-]*)?"), "‹JWT›"),
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)", re.S), "‹private key›"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}"), r"\1 ‹token›"),
    (re.compile(r"(?<=://)[^\s/:@]{1,200}:[^\s/@]{1,200}(?=@)"), "‹user:password›"),
    (
        re.compile(
            r"(?i)((?:password|passwd|secret|token|api[_-]?key|access[_-]?key|authorization)[\"']?\s{0,3}[=:]\s{0,3}[\"']?)"
            r"[^\s\"',;&}‹]{3,}"
        ),
        r"\1‹secret›",
    ),
    (re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"), "‹e-mail›"),
)


def redacted(text: str) -> str:
    """The text without what looks like a secret or an e-mail address. What cannot be known as one stays."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text
