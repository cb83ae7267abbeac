"""Commands: read options, call one function, hand the result to `render`. One module a group, no logic."""
