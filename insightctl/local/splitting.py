"""Files whose data names log groups: each group's events become a file of their own, so that one can be chosen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from insightctl.core.errors import SourceError
from insightctl.local.cleaning import cleaned
from insightctl.local.converting import converted
from insightctl.local.files import READ_BY_THE_ENGINE, LogFile, Look
from insightctl.local.readers import ConvertedFormat, LineFormat

_LINES = (
    "SELECT {group} AS grp, sum(strlen(line) + 1) FROM (SELECT coalesce(line, '') AS line FROM read_csv($1, "
    "columns={{'line': 'VARCHAR'}}, auto_detect=false, header=false, delim='\n', quote='', escape='', strict_mode=false, "
    "max_line_size=33554432, buffer_size=67108864, compression='{packed}')) WHERE {starts} GROUP BY 1 ORDER BY 1"
)


def by_group(file: LogFile, look: Look, spool: Path) -> list[LogFile]:
    """The file as one LogFile a log group that its events name; as it is when they name none."""
    format_ = look.format
    try:
        if isinstance(format_, ConvertedFormat) and format_.names_groups:
            return converted(file, format_, spool, split=True)
        if isinstance(format_, LineFormat) and format_.group is not None:
            return _of_lines(file, look, format_, spool)
    except SourceError as error:
        return [replace(file, look=replace(look, problem=error))]
    return [replace(file, look=look)]


def _of_lines(file: LogFile, look: Look, format_: LineFormat, spool: Path) -> list[LogFile]:
    if look.marked or look.coloured or file.compression not in READ_BY_THE_ENGINE:
        file, look = _clean(file, look, spool)
    found = _groups(file, format_, spool)
    if not found:
        file, look = _clean(file, look, spool)
        found = _groups(file, format_, spool)
    total = sum(size for _, size in found) or 1
    return [
        replace(file, log_group=group, size=file.size * size // total, look=look, several=len(found) > 1)
        for group, size in found
    ] or [replace(file, look=look)]


def _clean(file: LogFile, look: Look, spool: Path) -> tuple[LogFile, Look]:
    copy, broken = cleaned(file, spool)
    notes = (f"{file.shown}: {broken:,} broken UTF-8 sequences were read as '\ufffd'",) if broken else ()
    return copy, replace(look, marked=False, coloured=False, notes=(*look.notes, *notes))


def _groups(file: LogFile, format_: LineFormat, spool: Path) -> list[tuple[str, int]]:
    import duckdb

    connection = duckdb.connect(":memory:", config={"temp_directory": str(spool)})
    connection.execute("SET allowed_paths = $1", [[str(file.path)]])
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    sql = _LINES.format(group=format_.group, starts=format_.starts, packed=file.compression)
    try:
        rows = connection.execute(sql, [str(file.path)]).fetchall()
    except duckdb.Error:
        return []  # not UTF-8 somewhere; the caller reads a clean copy
    finally:
        connection.close()
    return [(str(group), int(size)) for group, size in rows if group]
