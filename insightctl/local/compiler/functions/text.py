"""String functions."""

from __future__ import annotations

from insightctl.local.compiler.functions.site import Builder, CallSite, tested, textual
from insightctl.local.compiler.values import Val, number, text
from insightctl.ql.regex import translate

_SPACE = "' \t\n\r\x0b\x0c'"
_LONGEST = 1_000_000_000
"""No text is longer: positions beyond it are as good as this."""
_WORD = 2**64
"""Whole numbers below it have at most 16 hexadecimal digits."""


def _trim(function: str) -> Builder:
    def build(site: CallSite) -> Val:
        characters = site.text(1) if len(site) > 1 else _SPACE
        return Val(f"{function}({site.text()}, {characters})", "string")

    return build


def _substr(site: CallSite) -> Val:
    rest = f", {_position(site.value(2))}" if len(site) > 2 else ""
    return Val(f"substr({site.text()}, {_position(site.value(1))} + 1{rest})", "string")


def _position(value: Val) -> str:
    as_number = number(value)
    bounded = f"CAST(trunc(least(greatest({as_number}, 0), {_LONGEST})) AS BIGINT)"
    return f"(CASE WHEN {as_number} IS NOT NULL THEN {bounded} END)"  # greatest() skips what is absent


def _concat(site: CallSite) -> Val:
    return Val(f"concat({', '.join(text(arg) for arg in site.values())})", "string")


def _strcontains(site: CallSite) -> Val:
    subject, search = site.text(0), site.text(1)
    plain = f"contains({subject}, {search})"
    found = plain
    if len(site) > 2:
        found = f"(CASE WHEN {site.test(2)} THEN contains(lower({subject}), lower({search})) ELSE {plain} END)"
    return Val(f"CAST(coalesce({found}, false) AS DOUBLE)", "number")


def _empty(trimmed: bool) -> Builder:
    def build(site: CallSite) -> Val:
        value = f"trim({site.text()}, {_SPACE})" if trimmed else site.text()
        return Val(f"CAST(coalesce({value}, '') = '' AS DOUBLE)", "number")

    return build


def _regex_replace(site: CallSite) -> Val:
    pattern = translate(site.literal(1))
    # The language names groups $1 as Java does, the engine \\1; a backslash of the text itself is doubled.
    groups = f"\\$([0-{min(len(pattern.groups), 9)}])"  # what names no group of the pattern stays as it is
    replacement = f"regexp_replace(replace({site.text(2)}, '\\', '\\\\'), '{groups}', '\\\\\\1', 'g')"
    return Val(f"regexp_replace({site.text()}, {site.param(pattern.pattern)}, {replacement}, 'g')", "string")


def _split(site: CallSite) -> Val:
    delimiter = site.text(1)
    return Val(
        f"(CASE WHEN {delimiter} IS NOT NULL THEN to_json(string_split({site.text(0)}, {delimiter})) END)", "json"
    )


_HEX = "regexp_replace(trim({0}), '^0[xX]', '')"


def _hex_to_ascii(site: CallSite) -> Val:
    digits = _HEX.format(site.text())
    return Val(f"TRY(decode(unhex(CASE WHEN length({digits}) % 2 = 0 THEN {digits} END)))", "string")


def _hex_to_dec(site: CallSite) -> Val:
    sign = f"(CASE WHEN starts_with(ltrim({site.text()}), '-') THEN -1 ELSE 1 END)"
    digits = f"regexp_extract({site.text()}, '^\\s*-?(?:0[xX])?([0-9a-fA-F]{{1,16}})\\s*$', 1)"
    value = f"TRY_CAST(('0x' || nullif({digits}, '')) AS UHUGEINT)"
    return Val(f"({sign} * CAST({value} AS DOUBLE))", "number")


def _dec_to_hex(site: CallSite) -> Val:
    whole = f"trunc({site.number()})"
    digits = f"lower(to_hex(CAST(abs({whole}) AS UBIGINT)))"
    sign = f"CASE WHEN {whole} < 0 THEN '-0x' ELSE '0x' END"
    return Val(f"(CASE WHEN abs({whole}) < {_WORD}::DOUBLE THEN {sign} || {digits} END)", "string")


def _strlen(site: CallSite) -> Val:
    length = site.value(0).length or f"length({site.text()})"
    return Val(f"CAST({length} AS DOUBLE)", "number")


BUILDERS: dict[str, Builder] = {
    "isempty": _empty(trimmed=False),
    "isblank": _empty(trimmed=True),
    "concat": _concat,
    "ltrim": _trim("ltrim"),
    "rtrim": _trim("rtrim"),
    "trim": _trim("trim"),
    "strlen": _strlen,
    "toupper": textual("upper({0})"),
    "tolower": textual("lower({0})"),
    "substr": _substr,
    "replace": textual("replace({0}, {1}, {2})"),
    "regexReplace": _regex_replace,
    "strcontains": _strcontains,
    "startsWith": tested("starts_with({0}, {1})"),
    "endsWith": tested("ends_with({0}, {1})"),
    "urlencode": textual("url_encode({0})"),
    "urldecode": textual("TRY(url_decode({0}))"),
    "base64encode": textual("base64(encode({0}))"),
    "base64decode": textual("TRY(decode(from_base64({0})))"),
    "split": _split,
    "hexToAscii": _hex_to_ascii,
    "hexToDec": _hex_to_dec,
    "decToHex": _dec_to_hex,
    "md5": textual("md5({0})"),
    "sha256": textual("sha256({0})"),
}
