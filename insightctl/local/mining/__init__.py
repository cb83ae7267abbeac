"""Templates of texts: what `pattern`, `diff` and `anomaly` find. Texts arrive masked and counted; rows are never looped over."""
