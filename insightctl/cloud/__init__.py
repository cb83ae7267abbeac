"""CloudWatch as a backend: the same `QueryJob` in, the same `Result` out as the local engine.

    from insightctl.cloud.backend import CloudWatchBackend
    result = CloudWatchBackend(profile="prod", region="eu-west-1").run(job)

`session` makes clients, `groups` resolves targets, `runner` starts and polls, `cells` types the answer,
`failures` says in one line what AWS refused and what to do.
"""
