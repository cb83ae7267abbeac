"""CreateLookupTable, GetLookupTable, DescribeLookupTables, UpdateLookupTable and DeleteLookupTable.

Limits are those of botocore's model (2026) and of the page "lookup" of the user guide.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

from insightctl.core.spelling import raw_rows
from insightctl.emulator.errors import InvalidParameter, ResourceNotFound
from insightctl.emulator.lookup_store import About, Content, LookupStore, LookupTable
from insightctl.emulator.paging import page
from insightctl.emulator.query_runs import QueryRuns
from insightctl.emulator.store import ACCOUNT
from insightctl.emulator.wire import Call

MAX_BYTES = 10 * 1024 * 1024  # tableBody
_NAME = re.compile(r"[a-zA-Z0-9_]+")
_MAX_NAME, _MAX_DESCRIPTION, _MAX_KEY, _MAX_TAGS = 256, 1024, 256, 50
_PAGE, _MAX_PAGE = 50, 100


class LookupTables:
    """Answers the calls about lookup tables; `runs` give the results of queries, `now_ms` is the clock."""

    def __init__(self, store: LookupStore, runs: QueryRuns, now_ms: Callable[[], int]) -> None:
        self._store = store
        self._runs = runs
        self._now_ms = now_ms

    def create_lookup_table(self, call: Call) -> dict[str, object]:
        """CreateLookupTable."""
        name = _name(call, "lookupTableName", call.required("lookupTableName"))
        tags = call.members.get("tags")
        if tags is not None and not (isinstance(tags, dict) and 0 < len(tags) <= _MAX_TAGS):
            raise InvalidParameter.constraint("tags", tags, f"Member must have from 1 to {_MAX_TAGS} entries")
        table = self._store.create(call.region, name, self._content(call), _about(call), self._now_ms())
        return {"lookupTableArn": table.arn, "createdAt": table.updated_ms}

    def get_lookup_table(self, call: Call) -> dict[str, object]:
        """GetLookupTable."""
        table, text = self._store.text(call.region, call.required("lookupTableArn"))
        return {**_described(table), "tableBody": text}

    def describe_lookup_tables(self, call: Call) -> dict[str, object]:
        """DescribeLookupTables, by name."""
        prefix = call.text("lookupTableNamePrefix")
        if prefix is not None:
            _name(call, "lookupTableNamePrefix", prefix)
        found = [table for table in self._store.tables(call.region) if table.name.startswith(prefix or "")]
        shown, token = page(call, found, default=_PAGE, most=_MAX_PAGE)
        tables = [{**_described(t), "tableFields": list(t.columns), "recordsCount": t.records} for t in shown]
        return {"lookupTables": tables, "nextToken": token}

    def update_lookup_table(self, call: Call) -> dict[str, object]:
        """UpdateLookupTable: the whole content is replaced; a description or key that is not given stays."""
        arn = call.required("lookupTableArn")
        table = self._store.update(call.region, arn, self._content(call), _about(call), self._now_ms())
        return {"lookupTableArn": table.arn, "lastUpdatedTime": table.updated_ms}

    def delete_lookup_table(self, call: Call) -> dict[str, object]:
        """DeleteLookupTable."""
        self._store.delete(call.region, call.required("lookupTableArn"))
        return {}

    def _content(self, call: Call) -> Content:
        body, query_id = call.text("tableBody"), call.text("queryId")
        if (body is None) == (query_id is None):
            raise InvalidParameter("Exactly one of tableBody or queryId has to be specified.")
        text = self._answer_of(call.region, query_id) if query_id is not None else body or ""
        if not text:
            rule = "Member must have length greater than or equal to 1"
            raise InvalidParameter.constraint("tableBody", "", rule)
        if len(text.encode()) > MAX_BYTES:
            rule = f"Member must have length less than or equal to {MAX_BYTES}"
            raise InvalidParameter.constraint("tableBody", text[:40] + "...", rule)
        return Content.of(text)

    def _answer_of(self, region: str, query_id: str) -> str:
        """The results of an ended query as CSV. Raises ResourceNotFound, InvalidParameter."""
        run = self._runs.get(query_id)
        if run is None or run.region != region:
            raise ResourceNotFound(f"Query with ID '{query_id}' does not exist for account ID '{ACCOUNT}'")
        if run.status not in ("Complete", "Cancelled"):
            raise InvalidParameter(f"The query {query_id} is {run.status}; it has to be Complete or Cancelled")
        if run.result is None or not run.result.columns:  # the emulator keeps no partial results of a cancelled one
            raise InvalidParameter(f"The query {query_id} has no results")
        out = io.StringIO()
        table = csv.DictWriter(out, run.result.names, restval="", lineterminator="\n")
        table.writeheader()
        table.writerows({cell["field"]: cell["value"] for cell in row} for row in raw_rows(run.result))
        return out.getvalue()


def _described(table: LookupTable) -> dict[str, object]:
    described: dict[str, object | None] = {
        "lookupTableArn": table.arn,
        "lookupTableName": table.name,
        "description": table.about.description,
        "sizeBytes": table.size,
        "lastUpdatedTime": table.updated_ms,
        "kmsKeyId": table.about.key,
    }
    return {name: value for name, value in described.items() if value is not None}


def _name(call: Call, member: str, name: str) -> str:
    if not _NAME.fullmatch(call.no_longer(member, name, _MAX_NAME)):
        rule = "Member must satisfy regular expression pattern: ^[a-zA-Z0-9_]+$"
        raise InvalidParameter.constraint(member, name, rule)
    return name


def _about(call: Call) -> About:
    return About(_limited(call, "description", _MAX_DESCRIPTION), _limited(call, "kmsKeyId", _MAX_KEY))


def _limited(call: Call, member: str, most: int) -> str | None:
    text = call.text(member)
    return None if text is None else call.no_longer(member, text, most)
