"""Exact statistics of failure shares, in plain Python: `k` failures of `n` invocations.

Shares are compared by Fisher's exact test: no assumption about size, right for three failures as for three thousand.
"""

from __future__ import annotations

from math import exp, lgamma, log, sqrt
from typing import NamedTuple

CHI2_99_1 = 6.634897
"""The 99 % quantile of chi-square with one degree of freedom: how far `gain` may fall within a 99 % interval."""
_Z_99 = 2.575829


class Share(NamedTuple):
    """`failures` of `invocations`."""

    failures: int
    invocations: int

    @property
    def value(self) -> float:
        """Between 0 and 1; 0 of no invocations."""
        return self.failures / self.invocations if self.invocations else 0.0

    @property
    def pct(self) -> float:
        """In %."""
        return 100 * self.value

    def minus(self, part: Share) -> Share:
        """What is left without a part."""
        return Share(self.failures - part.failures, self.invocations - part.invocations)


NOTHING = Share(0, 0)


def gain(inside: Share, outside: Share) -> float:
    """Twice the log-likelihood that two shares explain better than one; 0 unless the inside fails more."""
    if inside.failures * outside.invocations <= outside.failures * inside.invocations:
        return 0.0
    both = Share(inside.failures + outside.failures, inside.invocations + outside.invocations)
    return 2 * (likelihood(*inside) + likelihood(*outside) - likelihood(*both))


def likelihood(k: int, n: int) -> float:
    """The log-likelihood of `k` failures of `n` invocations at its best."""
    return (k * log(k / n) if k else 0.0) + ((n - k) * log((n - k) / n) if k < n else 0.0)


def fisher_greater(inside: Share, outside: Share) -> float:
    """The chance of at least as many failures inside, were both shares the same (Fisher's exact test, one-sided).

    >>> round(fisher_greater(Share(3, 4), Share(1, 4)), 4)   # Fisher's lady tasting tea
    0.2429
    """
    (k, n), (k0, n0) = inside, outside
    total, failures = n + n0, k + k0
    term = exp(_choose(failures, k) + _choose(total - failures, n - k) - _choose(total, n))
    chance = 0.0
    for x in range(k, min(failures, n) + 1):
        chance += term
        if term < chance * 1e-12:
            break
        term *= (failures - x) * (n - x) / ((x + 1) * (total - failures - n + x + 1))
    return min(1.0, chance)


def binomial_at_least(k: int, n: int, share: float) -> float:
    """The chance of at least `k` of `n`, each of that chance.

    >>> binomial_at_least(2, 3, 0.5)
    0.5
    """
    if share >= 1 or k <= 0:
        return 1.0
    if share <= 0:
        return 0.0
    return min(1.0, sum(exp(_choose(n, x) + x * log(share) + (n - x) * log(1 - share)) for x in range(k, n + 1)))


def _choose(n: int, k: int) -> float:
    """The logarithm of the binomial coefficient."""
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def at_least(share: Share) -> float:
    """The lower end of the 99 % interval of a share (Wilson's score), between 0 and 1."""
    k, n = share
    if not n:
        return 0.0
    z2 = _Z_99**2
    middle = k / n + z2 / (2 * n)
    spread = _Z_99 * sqrt(k / n * (1 - k / n) / n + z2 / (4 * n * n))
    return max(0.0, (middle - spread) / (1 + z2 / n))
