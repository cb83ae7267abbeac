"""What the commands need to be allowed: one table, the policy made from it, and the ways to write it down."""

from insightctl.cloud.policy.commands import chosen
from insightctl.cloud.policy.document import Names, Policy, Statement, policy
from insightctl.cloud.policy.formats import FORMATS, text
from insightctl.cloud.policy.needs import ACTIONS, NEEDS, Need, Scope, Weight

__all__ = [
    "ACTIONS",
    "FORMATS",
    "NEEDS",
    "Names",
    "Need",
    "Policy",
    "Scope",
    "Statement",
    "Weight",
    "chosen",
    "policy",
    "text",
]
