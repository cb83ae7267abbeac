| fields replace(concat(status, ":", coalesce(error_type, "")), "failure:", "error:") as outcome,
    concat(coalesce(init_phase, ""), ":", coalesce(init_status, ""), ":", coalesce(init_error, "")) as init_outcome
| fields strcontains(outcome, "error:") as status_error, strcontains(outcome, "error:Runtime.") as status_runtime,
    strcontains(outcome, "error:Runtime.OutOfMemory") as status_killed, strcontains(outcome, "error:Runtime.ExitError") as status_exit,
    strcontains(init_outcome, "invoke:error:") - strcontains(init_outcome, "invoke:error:Runtime.ExitError")
        - strcontains(init_outcome, "invoke:error:Runtime.OutOfMemory") as init_failed,
    strcontains(init_outcome, "init:error:") - strcontains(init_outcome, "init:error:Runtime.ExitError")
        - strcontains(init_outcome, "init:error:Runtime.OutOfMemory") as init_tried
