"""The rules of triage, one module a family: each rule reads a `Case` and yields findings."""
