"""Following logs: history first, then live, each event once, whatever breaks on the way.

    from insightctl.cloud.tail.follow import Tail, Wishes
    for item in Tail(cloud, groups, Wishes(since_ms=...)).items():   # Shown (events) and Notice (sentences)

`groups` finds the log groups, `live` holds Live Tail sessions, `reading` asks FilterLogEvents (history, polling, gaps),
`ledger` knows what was shown, `follow` joins them.
"""
