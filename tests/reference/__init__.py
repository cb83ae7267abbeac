"""An independent check of the embedded engine: a second evaluator of the language in plain Python, slow and simple.

It shares no code with the compiler but the syntax tree.
"""
