"""A question in several queries, and one exact answer: beyond 50 log groups, 100,000 rows and an hour of running.

times      ranges cut in parts: along bins where groups must not be torn
texts      what a slice is asked, so that its rows can be put in order with those of others
cut        the strategy: which queries a question needs, what a full or timed-out one becomes
answers    what came, put together
"""

from insightctl.cloud.slicing.cut import Asked, Cut

__all__ = ["Asked", "Cut"]
