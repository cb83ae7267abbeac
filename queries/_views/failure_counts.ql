    greatest(sum(strcontains(text_outcome, "timeout:")), count(line_timeout)) + sum(strcontains(json_outcome, "timeout:")) as timeouts,
    greatest(sum(status_killed) + sum(status_exit), count(line_crash), sum(status_killed) + count(line_crash) - count(line_killed))
        + greatest(sum(status_runtime) - sum(status_killed) - sum(status_exit), sum(init_failed), count(python_init_error) - sum(init_tried))
        + sum(json_runtime) as crashes,
    greatest(sum(status_error) - sum(status_runtime),
        count(python_error) - count(python_init_error) + count(node_error) + count(java_error) + count(go_error))
        + sum(json_error) - sum(json_runtime) as exceptions,
    timeouts + crashes + exceptions as failures
