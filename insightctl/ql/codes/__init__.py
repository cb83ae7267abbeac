"""Every diagnostic code: what it means, a query that is wrong, one that is right, and why. `insightctl explain CODE`.

`errors` holds the pages of what is refused, `warnings` of what runs and misleads.
"""

from insightctl.ql.codes.errors import ERRORS
from insightctl.ql.codes.page import Code, page
from insightctl.ql.codes.warnings import WARNINGS

CODES: dict[str, Code] = {code.code: code for code in sorted((*ERRORS, *WARNINGS), key=lambda code: code.code)}

__all__ = ["CODES", "Code", "page"]
