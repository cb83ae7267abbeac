"""What an editor needs of the language: findings, hover, completion, layout, colours. Pure but for `server`.

    from insightctl.editor.documents import read
    from insightctl.editor.diagnostics import findings
    findings(read("latency.ql", "stats percentile(@duration, 99)"))     # one Finding, with its place in the document

`documents` says where QL lies in a document; each feature is a function over a document and an offset; `server` alone
knows the Language Server Protocol, `pygments_lexer` alone Pygments.
"""
