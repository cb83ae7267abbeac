"""The five functions of the scenario, one file each: settings, releases, faults, and what their code logs."""

from insightctl.demo.functions.cart import CART
from insightctl.demo.functions.checkout import CHECKOUT
from insightctl.demo.functions.notify import NOTIFY
from insightctl.demo.functions.payments import PAYMENTS
from insightctl.demo.functions.search import SEARCH
from insightctl.demo.spec import FunctionSpec

FUNCTIONS: tuple[FunctionSpec, ...] = (CHECKOUT, CART, PAYMENTS, SEARCH, NOTIFY)
"""checkout comes first: it is the one with the bad deployment, and gets the odd invocation of a division."""
