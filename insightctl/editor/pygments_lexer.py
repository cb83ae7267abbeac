"""A Pygments lexer for CloudWatch Logs Insights QL, from the language's own tables: `pygmentize -l insights-ql`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pygments.lexer import Lexer
from pygments.token import (
    Comment,
    Keyword,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    Text,
    Whitespace,
    _TokenType,
)

from insightctl.editor.pieces import Role, pieces

_TOKENS: dict[Role, _TokenType] = {
    Role.COMMAND: Keyword,
    Role.KEYWORD: Keyword.Pseudo,
    Role.OPTION: Name.Attribute,
    Role.WORD_OPERATOR: Operator.Word,
    Role.CONSTANT: Keyword.Constant,
    Role.FUNCTION: Name.Function,
    Role.AGGREGATE: Name.Function.Magic,
    Role.FIELD: Name,
    Role.SYSTEM_FIELD: Name.Variable.Magic,
    Role.NEW_NAME: Name,
    Role.STRING: String,
    Role.REGEX: String.Regex,
    Role.NUMBER: Number,
    Role.PERIOD: Number,
    Role.PLACEHOLDER: Name.Variable,
    Role.COMMENT: Comment.Single,
    Role.PIPE: Punctuation,
    Role.OPERATOR: Operator,
    Role.PUNCTUATION: Punctuation,
    Role.OTHER: Text,
}


class InsightsQLLexer(Lexer):
    """CloudWatch Logs Insights QL. Text that is not the language is plain text, never an error."""

    name = "CloudWatch Logs Insights QL"
    aliases: ClassVar[list[str]] = ["insights-ql", "insightsql", "ql-insights"]
    filenames: ClassVar[list[str]] = ["*.ql"]
    url = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html"

    def get_tokens_unprocessed(self, text: str) -> Iterator[tuple[int, _TokenType, str]]:
        """Every piece of the text with its token type; what lies between is white space."""
        at = 0
        for piece in pieces(text):
            if piece.start > at:
                yield at, Whitespace, text[at : piece.start]
            yield piece.start, _TOKENS[piece.role], text[piece.start : piece.end]
            at = piece.end
        if at < len(text):
            yield at, Whitespace, text[at:]
