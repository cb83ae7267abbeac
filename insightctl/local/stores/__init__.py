"""Stores: imported logs as partitioned Parquet, which any engine reads as it is (docs/stores.md)."""

from insightctl.local.stores.layout import Part, Store, find, home

__all__ = ["Part", "Store", "find", "home"]
