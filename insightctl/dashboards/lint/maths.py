"""Metric maths as the checks need it: read by `insightctl.metrics.maths`, which also works it out."""

from insightctl.metrics.maths.parser import FUNCTIONS, MAX_DEPTH, WORDS, Call, Maths, Token, read

__all__ = ["FUNCTIONS", "MAX_DEPTH", "WORDS", "Call", "Maths", "Token", "read"]
