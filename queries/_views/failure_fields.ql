| parse @message /^\S+Z \S+ (?<line_timeout>Task timed out) after /
| parse @message /^RequestId: \S+ (?:Error: )?(?<line_crash>Runtime exited|Process exited)/
| parse @message /^RequestId: \S+ Error: Runtime exited with error: signal: (?<line_killed>killed)/
| parse @message /^INIT_REPORT [^\n]*\tPhase: (?<init_phase>\w+)\tStatus: (?<init_status>\w+)/
| parse @message /^INIT_REPORT [^\n]*\tStatus: \w+\tError Type: (?<init_error>\S+)/
| parse @message /(?s)^\[ERROR\] (?<python_error>[\w.]+)(?:: .*)?[\r\n]+Traceback \(most recent call last\)/
| parse @message /(?s)^\[ERROR\] (?<python_init_error>Runtime\.\w+)(?:: .*)?[\r\n]+Traceback \(most recent call last\)/
| parse @message /^\S+\t\S+\tERROR\tInvoke Error ?\t\{"errorType": ?"(?<node_error>[^"]+)"/
| parse @message /^(?:[^\n]*: [\w.$]+\n)?(?<java_error>[a-z][\w$]*(?:\.[\w$]+)+)(?::[^\n]*)?\n\tat /
| parse @message /^\{"errorMessage": ?"(?:[^"\\]|\\.)*", ?"errorType": ?"(?<go_error>[^"]+)"/
{% include "_views/failure_flags.ql" %}
