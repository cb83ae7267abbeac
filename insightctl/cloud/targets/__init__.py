"""Targets: what people name becomes log groups.

    groups = resolve(Cloud(), Target(functions=("checkout:prod", "cart-*"), stacks=("shop",)))
    [group.identifier for group in groups]      # what StartQuery takes
    narrowed("stats count(*)", groups)          # with a filter on the log streams of version 7

`resolving` takes a target apart and puts the groups together; `functions` knows Lambda, `members` stacks, tags and
parameters, `survey` the log groups of one account and region, `patterns` globs and regular expressions, `classes` what
a log class refuses, `sites` several regions and profiles.
"""

from insightctl.cloud.targets.classes import check_classes, commands_refused
from insightctl.cloud.targets.model import LogGroup, NothingFound, narrowed, stream_filter
from insightctl.cloud.targets.resolving import Placed, located, resolve, resolve_all
from insightctl.cloud.targets.sites import sites

__all__ = [
    "LogGroup",
    "NothingFound",
    "Placed",
    "check_classes",
    "commands_refused",
    "located",
    "narrowed",
    "resolve",
    "resolve_all",
    "sites",
    "stream_filter",
]
