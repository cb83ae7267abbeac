"""Advice as JSON (schema 1), all of it: what is fine and what saves little, too."""

from __future__ import annotations

import json

from insightctl.render import safe
from insightctl.render.machine import json_value
from insightctl.triage.advice.model import Advice, Advised

SCHEMA = 1
MONTH_DAYS = 30


def advice_json(advised: Advised) -> str:
    """One JSON object, in which nothing is left that a terminal would obey."""
    return safe.json_text(json.dumps(document(advised), indent=2, ensure_ascii=False))


def document(advised: Advised) -> dict[str, object]:
    """The object: money is USD a month of `month_days` days; what is not known is null."""
    time = advised.time
    return {
        "schema": SCHEMA,
        "target": advised.target,
        "time": {"start": json_value(time.start) if time else None, "end": json_value(time.end) if time else None},
        "month_days": MONTH_DAYS,
        "prices": {"region": advised.region, "assumed": advised.assumed},
        "functions": list(advised.functions),
        "advice": [_advice(advice) for advice in advised.advices],
        "statistics": {"queries": advised.queries, "seconds": advised.seconds, "cost_usd": advised.cost_usd},
        "skipped": [{"query": s.probe, "reason": s.reason, "permission": s.permission} for s in advised.skipped],
        "warnings": list(advised.warnings),
    }


def _advice(advice: Advice) -> dict[str, object]:
    return {
        "kind": advice.kind,
        "function": advice.function,
        "action": advice.action,
        "risk": advice.risk,
        "sentence": advice.sentence,
        "numbers": [{"name": n.name, "value": n.value, "unit": n.unit or None} for n in advice.numbers],
        "usd_now": advice.usd_now,
        "usd_then": advice.usd_then,
        "usd_then_low": advice.usd_then_low,
        "usd_saved": advice.saved,
        "usd_saved_high": advice.saved_high,
        "confidence": advice.confidence,
        "command": advice.command,
        "unknown": advice.unknown or None,
    }
