"""A question to a gigabyte of raw logs: p99 by 5 minutes, against what a user would take instead."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bench.corpus import DATA, QUERY, TOOL, megabytes, one_log
from bench.timing import best_of, table

_SQL = """
import duckdb, sys
duckdb.connect().execute('''
SELECT epoch_ms(try_cast(line[1:26] AS timestamp)) // 300000 AS bin, count(*),
       quantile_disc(try_cast(split_part(split_part(line, '\\tDuration: ', 2), ' ms', 1) AS double), 0.99)
FROM read_csv(?, columns={'line': 'VARCHAR'}, auto_detect=false, header=false, delim='\\x01', quote='', escape='',
              strict_mode=false)
WHERE contains(line, ' REPORT RequestId: ') GROUP BY 1 ORDER BY 1''', [sys.argv[1]]).fetchall()
"""
_TO_JSON = """
import duckdb, sys
duckdb.connect().execute('''COPY (
SELECT epoch_ms(try_cast(line[1:26] AS timestamp)) AS timestamp, split_part(line, ' ', 2) AS "logStreamName",
       substr(line, strpos(line[34:], ' ') + 34) AS message
FROM read_csv(?, columns={'line': 'VARCHAR'}, auto_detect=false, header=false, delim='\\x01', quote='', escape='',
              strict_mode=false)
WHERE line LIKE '____-__-__T%') TO ''' + "'" + sys.argv[2] + "' (FORMAT json)", [sys.argv[1]])
"""
_P99 = (
    "sort -k1,1n -k2,2n | awk 'function out() { if (n) { i = int(n * 0.99 + 0.999999); print b, n, d[i] } }"
    " $1 != b { out(); b = $1; n = 0 } { d[++n] = $2 } END { out() }'"
)
_AWK = (
    "LC_ALL=C awk '/ REPORT RequestId: / { split($1, t, /[-T:.]/); match($0, /\\tDuration: [0-9.]+/); "
    'print t[3] * 86400 + t[4] * 3600 + int(t[5] / 5) * 300, substr($0, RSTART + 11, RLENGTH - 11) }\' "$0" | '
) + _P99
_JQ = (
    'jq -r \'select(.message | startswith("REPORT ")) | [(.timestamp / 300000 | floor), '
    '(.message | capture("\\tDuration: (?<d>[0-9.]+) ms").d)] | @tsv\' "$0" | '
) + _P99


def json_form(log: Path) -> Path:
    """The same events as JSON lines, as `aws logs filter-log-events` gives them."""
    target = DATA / "events.jsonl"
    if not target.exists():
        subprocess.run([sys.executable, "-c", _TO_JSON, str(log), str(target)], check=True)
    return target


def main() -> str:
    """The figures, as Markdown."""
    log = one_log()
    events = json_form(log)
    fast = {
        "grep -c REPORT": ["grep", "-c", "REPORT", str(log)],
        "hand-written DuckDB SQL": [sys.executable, "-c", _SQL, str(log)],
        "insightctl run (p99 by 5 min)": [TOOL, "run", QUERY, "--local", str(log)],
        "insightctl run, the JSON form": [TOOL, "run", QUERY, "--local", str(events)],
        "insightctl query errors-by-version": [TOOL, "query", "errors-by-version", "--local", str(log)],
    }
    seconds = best_of(fast, runs=5)
    slow = {
        "awk, sort, awk": ["sh", "-c", _AWK, str(log)],
        "jq, sort, awk, the JSON form": ["sh", "-c", _JQ, str(events)],
    }
    seconds |= best_of(slow, runs=1)
    title = f"Raw logs: p99 by 5 min over {megabytes(log):,.0f} MB of text ({megabytes(events):,.0f} MB as JSON)"
    return table(title, seconds, "hand-written DuckDB SQL")
