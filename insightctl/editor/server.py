"""The language server: what the other modules say, as the Language Server Protocol wants it. `insightctl ql lsp`."""

from __future__ import annotations

import functools
import os
import sys
from pathlib import Path
from urllib.parse import unquote

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from insightctl import __version__
from insightctl.editor import completion, diagnostics, documents, formatting, hover, semantic_tokens
from insightctl.editor.positions import Lines

_SEVERITIES = {
    "error": lsp.DiagnosticSeverity.Error,
    "warning": lsp.DiagnosticSeverity.Warning,
    "info": lsp.DiagnosticSeverity.Information,
}
_KINDS: dict[completion.Kind, lsp.CompletionItemKind] = {
    "command": lsp.CompletionItemKind.Keyword,
    "function": lsp.CompletionItemKind.Function,
    "field": lsp.CompletionItemKind.Field,
    "keyword": lsp.CompletionItemKind.Keyword,
    "operator": lsp.CompletionItemKind.Operator,
    "option": lsp.CompletionItemKind.Property,
    "value": lsp.CompletionItemKind.EnumMember,
    "unit": lsp.CompletionItemKind.Unit,
    "query": lsp.CompletionItemKind.Reference,
}
_PAGE = Path(__file__).parents[2] / "docs" / "diagnostics.md"  # there in a checkout, not in a wheel


class Server(LanguageServer):
    """Keeps each open document read, with its lines."""

    def read(self, uri: str) -> tuple[documents.Document, Lines]:
        """An open document and its lines; of one that is not open, nothing, whatever the disk has."""
        if unquote(uri) not in self.workspace.text_documents:
            return documents.Document(uri, "", "other"), Lines("")
        document = self.workspace.get_text_document(uri)
        return _read(to_fs_path(uri) or uri, document.source, document.language_id or "")

    @property
    def takes_snippets(self) -> bool:
        """Whether the editor fills in snippets."""
        text = self.client_capabilities.text_document
        item = text.completion.completion_item if text and text.completion else None
        return bool(item and item.snippet_support)

    def publish(self, uri: str, version: int | None) -> None:
        """Tells the editor what is wrong in a document."""
        document, lines = self.read(uri)
        found = [_diagnostic(f, lines) for f in diagnostics.findings(document)]
        self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, found, version))


@functools.lru_cache(maxsize=32)
def _read(name: str, text: str, language: str) -> tuple[documents.Document, Lines]:
    return documents.read(name, text, language), Lines(text)


def _range(lines: Lines, start: int, end: int) -> lsp.Range:
    return lsp.Range(lsp.Position(*lines.position(start)), lsp.Position(*lines.position(end)))


def _diagnostic(finding: diagnostics.Finding, lines: Lines) -> lsp.Diagnostic:
    message = f"{finding.message}\nhelp: {finding.help}" if finding.help else finding.message
    return lsp.Diagnostic(
        _range(lines, finding.start, finding.end),
        message,
        _SEVERITIES[finding.severity],
        finding.code,
        _description(finding),
        "insightctl",
    )


def _description(finding: diagnostics.Finding) -> lsp.CodeDescription | None:
    """Where the page of its code can be read; hover shows it everywhere."""
    page = finding.page
    if page is None or not _PAGE.exists():
        return None
    anchor = "".join(c for c in f"{page.code}: {page.title}".lower() if c.isalnum() or c in " -_").replace(" ", "-")
    return lsp.CodeDescription(f"{_PAGE.as_uri()}#{anchor}")


def _item(number: int, word: completion.Completion, lines: Lines, *, snippets: bool) -> lsp.CompletionItem:
    as_snippet = snippets and bool(word.snippet)
    edit = lsp.TextEdit(_range(lines, word.start, word.end), word.snippet if as_snippet else word.insert)
    return lsp.CompletionItem(
        word.label,
        kind=_KINDS[word.kind],
        detail=word.detail or None,
        documentation=lsp.MarkupContent(lsp.MarkupKind.Markdown, word.page) if word.page else None,
        sort_text=f"{number:04}",
        insert_text_format=lsp.InsertTextFormat.Snippet if as_snippet else lsp.InsertTextFormat.PlainText,
        text_edit=edit,
    )


def make() -> Server:
    """A server with every feature. Documents come whole with each change: queries are short."""
    server = Server("insightctl", __version__, text_document_sync_kind=lsp.TextDocumentSyncKind.Full)

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def did_open(ls: Server, params: lsp.DidOpenTextDocumentParams) -> None:
        ls.publish(params.text_document.uri, params.text_document.version)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(ls: Server, params: lsp.DidChangeTextDocumentParams) -> None:
        ls.publish(params.text_document.uri, params.text_document.version)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(ls: Server, params: lsp.DidCloseTextDocumentParams) -> None:
        ls.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(params.text_document.uri, []))

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def on_hover(ls: Server, params: lsp.HoverParams) -> lsp.Hover | None:
        document, lines = ls.read(params.text_document.uri)
        found = hover.hover(document, lines.offset(params.position.line, params.position.character))
        if found is None:
            return None
        return lsp.Hover(
            lsp.MarkupContent(lsp.MarkupKind.Markdown, found.markdown), _range(lines, found.start, found.end)
        )

    @server.feature(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(list(completion.TRIGGERS)))
    def on_completion(ls: Server, params: lsp.CompletionParams) -> lsp.CompletionList:
        document, lines = ls.read(params.text_document.uri)
        words = completion.complete(document, lines.offset(params.position.line, params.position.character))
        snippets = ls.takes_snippets
        items = [_item(i, word, lines, snippets=snippets) for i, word in enumerate(words)]
        # Units and names depend on what is written, so the editor asks again after each character.
        return lsp.CompletionList(is_incomplete=True, items=items)

    @server.feature(lsp.TEXT_DOCUMENT_FORMATTING)
    def on_formatting(ls: Server, params: lsp.DocumentFormattingParams) -> list[lsp.TextEdit] | None:
        document, lines = ls.read(params.text_document.uri)
        text = formatting.formatted(document)
        if text is None or text == document.text:
            return None
        return [lsp.TextEdit(_range(lines, 0, len(document.text)), text)]

    @server.feature(lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, lsp.SemanticTokensLegend(list(semantic_tokens.LEGEND), []))
    def on_tokens(ls: Server, params: lsp.SemanticTokensParams) -> lsp.SemanticTokens:
        document, lines = ls.read(params.text_document.uri)
        return lsp.SemanticTokens(_numbers(semantic_tokens.coloured(document), lines))

    return server


def _numbers(tokens: tuple[semantic_tokens.Coloured, ...], lines: Lines) -> list[int]:
    """Tokens in the protocol's numbers: line and column as steps from the one before, length, kind, no modifiers."""
    numbers: list[int] = []
    line = column = 0
    for token in tokens:
        start, end = lines.position(token.start), lines.position(token.end)
        step = start.character - (column if start.line == line else 0)
        length = end.character - start.character
        numbers += [start.line - line, step, length, semantic_tokens.LEGEND.index(token.kind), 0]
        line, column = start
    return numbers


def serve() -> None:
    """Speaks the protocol over standard input and output until the editor says exit."""
    with os.fdopen(os.dup(sys.stdin.fileno()), "rb") as given, os.fdopen(os.dup(sys.stdout.fileno()), "wb") as answers:
        make().start_io(given, answers)  # it closes what it writes to; the process keeps its own
