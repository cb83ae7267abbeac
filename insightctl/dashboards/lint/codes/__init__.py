"""Every code of the lint: what it means, what is wrong, what is right, and why. `insightctl explain DL022`.

`structure` holds what CloudWatch refuses or cannot draw, `advice` what it takes and what misleads.
"""

from insightctl.dashboards.lint.codes.advice import ADVICE
from insightctl.dashboards.lint.codes.structure import STRUCTURE
from insightctl.ql.codes import Code

CODES: dict[str, Code] = {code.code: code for code in sorted((*STRUCTURE, *ADVICE), key=lambda code: code.code)}

_SEVERITIES = {
    "error": "error: CloudWatch refuses the dashboard, or a widget cannot show what it says",
    "warning": "warning: CloudWatch takes it, and may show something else than was meant",
    "info": "info: good to know",
}


def page(code: Code) -> str:
    """The page of a code, as text."""
    head = f"{code.code}: {code.title}\n{_SEVERITIES[code.severity]}"
    return f"{head}\n\n{code.why}\n\nwrong:\n    {code.wrong}\n\nright:\n    {code.right}\n"


__all__ = ["CODES", "page"]
