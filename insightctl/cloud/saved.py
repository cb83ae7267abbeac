"""Saved queries of the account: what `$Name(...)` stands for on CloudWatch (DescribeQueryDefinitions)."""

from __future__ import annotations

from insightctl.cloud.definitions import INSIGHTS_QL, MAX_NAME, Definition, read_all
from insightctl.cloud.session import Cloud
from insightctl.ql.saved import SavedText


def saved_text(cloud: Cloud, name: str) -> SavedText | None:
    """The query definition of exactly this name as a text to fill in; None when there is none in this region.

    Raises CloudError when AWS cannot be asked; without permission it names logs:DescribeQueryDefinitions.
    """
    if not 0 < len(name) <= MAX_NAME:
        return None
    found = [d for d in read_all(cloud, name) if d.name == name and d.language == INSIGHTS_QL]
    if not found:
        return None
    newest: Definition = max(found, key=lambda definition: definition.modified_ms)
    return SavedText(name, newest.text, {p.name: p.default for p in newest.parameters})
