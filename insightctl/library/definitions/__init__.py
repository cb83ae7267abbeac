"""Query files and the account's saved queries (query definitions): push, pull, diff.

    files = from_library(["coldstarts"])
    steps = planned(cloud, wanted(files, "insightctl"), "insightctl")
    push(cloud, steps)                       # `insightctl/latency/coldstarts`, with its parameter `bin`

What insightctl did not write it never changes and never deletes: see `mark`.
"""
