"""Benchmarks against peers, as ratios within one run. `make bench`, or `python -m bench startup local`."""
