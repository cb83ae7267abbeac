"""A question to 250 MB of generated logs on disk: against hand-written DuckDB SQL and grep."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.timing import best_of, table

_SQL = """
import duckdb, sys
duckdb.connect().execute('''
SELECT epoch_ms(try_cast(line[1:26] AS timestamp)) // 300000 AS bin, count(*),
       quantile_disc(try_cast(split_part(split_part(line, '\\tDuration: ', 2), ' ms', 1) AS double), 0.99)
FROM read_csv(?, columns={'line': 'VARCHAR'}, auto_detect=false, header=false, delim='\\x01', quote='', escape='',
              strict_mode=false)
WHERE contains(line, '] REPORT RequestId: ') OR contains(line, ' REPORT RequestId: ') GROUP BY 1 ORDER BY 1''',
[sys.argv[1]]).fetchall()
"""
_QL = 'filter @type = "REPORT" | stats count(*), pct(@duration, 99) by bin(5m)'


def main() -> str:
    """The figures, as Markdown."""
    from insightctl.demo import Scenario, generate

    data = Path(__file__).parent / "data"
    log = data / "logs" / "checkout.log"
    if not log.exists():
        generate(Scenario(end_ms=1_795_478_400_000, days=2, target_bytes=500_000_000), data)
    commands = {
        "grep -c REPORT": ["grep", "-c", "REPORT", str(log)],
        "hand-written DuckDB SQL": [sys.executable, "-c", _SQL, str(log)],
        "insightctl run (p99 by 5 min)": [
            str(Path(sys.executable).parent / "insightctl"),
            "run",
            _QL,
            "--local",
            str(log),
        ],
        "insightctl query errors-by-version": [
            str(Path(sys.executable).parent / "insightctl"),
            "query",
            "errors-by-version",
            "--local",
            str(log),
        ],
    }
    seconds = best_of(commands, runs=3)
    return table(f"Local engine, {log.stat().st_size / 1e6:.0f} MB of text", seconds, "hand-written DuckDB SQL")
