"""Several regions and profiles side by side."""

from __future__ import annotations

from collections.abc import Sequence

from insightctl.cloud.session import Access


def sites(
    regions: Sequence[str] = (), profiles: Sequence[str] = (), endpoint_url: str | None = None
) -> tuple[Access, ...]:
    """Every profile in every region, profiles first; what is not said is left to the environment and ~/.aws."""
    return tuple(
        Access(profile, region, endpoint_url)
        for profile in dict.fromkeys(profiles) or (None,)
        for region in dict.fromkeys(regions) or (None,)
    )
