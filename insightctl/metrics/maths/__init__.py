"""CloudWatch metric maths: `parser` reads an expression, `evaluate` works it out over series."""
