"""The commands that a report shows: the same logs and the same time as it was asked about."""

from __future__ import annotations

import shlex
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Commands:
    """`where` and `when` are the options as typed, without -f; `aws` those of the AWS CLI (--profile, --region).

    `by_function` is False when `where` names log groups already: adding -f would widen it.
    """

    where: str = ""
    when: str = ""
    aws: str = ""
    by_function: bool = True

    def query(self, name: str, function: str, options: str = "") -> str:
        """`insightctl query NAME -f FUNCTION ...`."""
        of = f"-f {shlex.quote(function)}" if self.by_function else ""
        return _joined("insightctl query", name, options, of, self.where, self.when)

    def roll_back(self, function: str, version: str, *, shared: bool) -> str:
        """Points an alias back at a version; `shared` when it splits traffic with another one, which has to end too."""
        to = f"--function-name {shlex.quote(function)} --name ALIAS --function-version {shlex.quote(version)}"
        weights = "--routing-config 'AdditionalVersionWeights={}'" if shared else ""
        return _joined("aws lambda update-alias", to, weights, self.aws)

    def on_function(self, command: str, function: str, options: str) -> str:
        """`aws lambda COMMAND --function-name FUNCTION ...`."""
        return _joined(f"aws lambda {command} --function-name {shlex.quote(function)}", options, self.aws)

    def aliases(self, function: str, version: str) -> str:
        """Lists the aliases that serve a version."""
        of = f"--function-name {shlex.quote(function)} --function-version {shlex.quote(version)}"
        return _joined("aws lambda list-aliases", of, self.aws)


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)
