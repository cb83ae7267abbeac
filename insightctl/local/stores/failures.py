"""What can go wrong on the disk while a store is written, as people should hear it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from insightctl.core.errors import InsightctlError, UsageError
from insightctl.local.stores.layout import Store


@contextmanager
def written_plainly(store: Store) -> Iterator[None]:
    """Turns a full disk, missing rights and too little memory inside the block into errors with a remedy."""
    import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise UsageError(
            "this needs more memory than there is",
            where=f"the store {store.path}",
            remedy="--memory-limit gives it more; what was committed is kept",
        ) from error
    except (OSError, duckdb.IOException) as error:
        said = error.strerror if isinstance(error, OSError) else str(error).splitlines()[0]
        raise InsightctlError(
            f"the store cannot be written: {said}",
            where=str(store.path),
            remedy="check the disk (df -h) and its rights, for temporary files too; what was committed is kept",
        ) from error
