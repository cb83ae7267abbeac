    greatest(sum(strcontains(status, "timeout")), count(line_timeout)) as timeouts,
    greatest(sum(strcontains(outcome, ":Runtime.")), count(line_crash), count(line_init_failure)) as crashes,
    greatest(sum(strcontains(outcome, "error:")) + sum(strcontains(outcome, "failure:")) - sum(strcontains(outcome, ":Runtime.")),
        count(python_error) - count(python_init_error) + count(node_error) + count(java_error) + count(go_error)) as exceptions,
    timeouts + crashes + exceptions as failures
