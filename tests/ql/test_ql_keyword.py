"""The word that a command starts with."""

from __future__ import annotations

import pytest

from insightctl.ql import check
from insightctl.ql.commands import COMMANDS
from insightctl.ql.placing import keyword


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_its_word(name: str) -> None:
    query = check(COMMANDS[name].example).query
    words = [keyword(command) for command in query.commands]
    assert all(word in {info.name for info in COMMANDS.values()} for word in words)
    assert COMMANDS[name].name in words


@pytest.mark.parametrize(
    "text", ["parse @message logfmt as m", "parse @message csv as a, b", "parse @message '*' as a"]
)
def test_each_way_of_parse(text: str) -> None:
    assert keyword(check(text).query.commands[0]) == "parse"
