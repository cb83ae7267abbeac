| fields replace(concat(coalesce(report_status, ""), ":", coalesce(report_error, "")), "failure:", "error:") as text_outcome,
    replace(concat(coalesce(record.status, ""), ":", coalesce(record.errorType, "")), "failure:", "error:") as json_outcome,
    concat(coalesce(init_phase, ""), ":", coalesce(init_status, ""), ":", coalesce(init_error, "")) as init_outcome
| fields strcontains(text_outcome, "error:") as status_error, strcontains(text_outcome, "error:Runtime.") as status_runtime,
    strcontains(text_outcome, "error:Runtime.OutOfMemory") as status_killed, strcontains(text_outcome, "error:Runtime.ExitError") as status_exit,
    strcontains(json_outcome, "error:") as json_error, strcontains(json_outcome, "error:Runtime.") as json_runtime,
    strcontains(json_outcome, "error:Runtime.OutOfMemory") as json_killed,
    strcontains(init_outcome, "invoke:error:") - strcontains(init_outcome, "invoke:error:Runtime.ExitError")
        - strcontains(init_outcome, "invoke:error:Runtime.OutOfMemory") as init_failed,
    strcontains(init_outcome, "init:error:") - strcontains(init_outcome, "init:error:Runtime.ExitError")
        - strcontains(init_outcome, "init:error:Runtime.OutOfMemory") as init_tried
