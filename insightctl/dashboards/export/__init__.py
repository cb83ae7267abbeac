"""Dashboards as code of others: CloudFormation, Terraform, the AWS CDK.

    exported = from_definition(find("on-call"), ("checkout",), library_queries)
    written = write(exported, "cloudformation")
    print(written.text)

`texts` has the gaps that a template fills in itself, `from_definition` and `from_body` find them, `alarms` gives alarms
CloudFormation's properties; each kind of code is one module.
"""

from insightctl.dashboards.export.from_body import from_body
from insightctl.dashboards.export.from_definition import from_definition
from insightctl.dashboards.export.model import Exported
from insightctl.dashboards.export.texts import plain
from insightctl.dashboards.export.writing import KINDS, Written, check_kind, write

__all__ = ["KINDS", "Exported", "Written", "check_kind", "from_body", "from_definition", "plain", "write"]
