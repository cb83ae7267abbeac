"""Dashboards for what exists: a proposal from a CloudFormation or SAM template, or from a live stack.

    template = read_template(Path("template.yaml").read_text(), "template.yaml")
    proposal = propose(inventory(template, Known(stack="shop")), "shop", "template.yaml")
    print(definition(proposal))

`reading` makes parts of text, `intrinsics` answers what the template alone can answer, `sam` knows globals and events,
`inventory` finds what has metrics and what feeds what, `live` asks a stack, `panels` has the metrics of each kind.
"""

from insightctl.dashboards.stacks.inventory import inventory
from insightctl.dashboards.stacks.model import Inventory, Known, Template, Thing
from insightctl.dashboards.stacks.proposal import Proposal, propose
from insightctl.dashboards.stacks.reading import read_template
from insightctl.dashboards.stacks.writing import definition

__all__ = ["Inventory", "Known", "Proposal", "Template", "Thing", "definition", "inventory", "propose", "read_template"]
