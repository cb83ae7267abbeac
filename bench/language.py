"""Parse and check of published queries: CPU time a query."""

from __future__ import annotations

import json
import time
from pathlib import Path

CORPUS = Path("/work/shared/corpus/queries.jsonl")


def main() -> str:
    """The figures, as Markdown."""
    from insightctl.library import load_all
    from insightctl.library.rendering import render
    from insightctl.ql import diagnose, format_query, parse

    curated = [render(spec, {}) for spec in load_all()]
    corpus = [json.loads(line)["query"] for line in CORPUS.read_text("utf-8").splitlines()] if CORPUS.exists() else []
    lines = ["### Parse and check", "", "| queries | characters a query | parse, ms | parse + check, ms | format, ms |"]
    lines.append("|---|---:|---:|---:|---:|")
    for name, texts in (("public corpus", corpus), ("curated library", curated)):
        if not texts:
            continue
        size = sum(len(text) for text in texts) / len(texts)
        parsed = [parse(text)[0] for text in texts]
        cells = (
            _ms(lambda texts=texts: [parse(text) for text in texts], len(texts)),
            _ms(lambda texts=texts: [diagnose(text) for text in texts], len(texts)),
            _ms(lambda parsed=parsed: [format_query(query) for query in parsed], len(texts)),
        )
        lines.append(f"| {name}, {len(texts)} | {size:.0f} | {' | '.join(f'{cell:.2f}' for cell in cells)} |")
    return "\n".join(lines) + "\n"


def _ms(work: object, queries: int, runs: int = 7) -> float:
    """CPU milliseconds a query, the best of several runs."""
    assert callable(work)
    best = float("inf")
    for _ in range(runs):
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    return best / queries * 1000
