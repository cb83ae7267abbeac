+++
title = "Import errors"
question = "Which module or handler cannot be loaded, in which version?"
aliases = ["module-errors"]
tags = ["errors", "init", "packaging", "deployments"]
view = { kind = "table" }
read = "The package lacks something: a dependency or layer that was not shipped, one built for another platform (x86 against arm64, another Python), a handler name that does not exist. It comes with a deployment and hits each environment of that version: roll it back. Lambda tries each init twice, so one environment often counts twice."
next = ["init-failures", "deployments", "errors-by-version"]

[[thresholds]]
when = "lines > 0"
severity = "critical"
say = "a version cannot load its code"
+++
filter @message like /ImportModuleError|HandlerNotFound|UserCodeSyntaxError|MalformedHandlerName|InvalidEntrypoint|No module named|Cannot find module|ModuleNotFoundError|ImportError|ERR_MODULE_NOT_FOUND|cannot import name|ClassNotFoundException|NoClassDefFoundError|cannot load such file|cannot open shared object file|invalid ELF header/
    and @message not like /^(?:INIT_)?REPORT / and (not ispresent(type) or type not like /^platform\./)
{% include "_views/identity.ql" %}
| parse @message /(?<import_kind>Runtime\.(?:ImportModuleError|HandlerNotFound|UserCodeSyntaxError|MalformedHandlerName|InvalidEntrypoint)|ModuleNotFoundError|ImportError|ERR_MODULE_NOT_FOUND|ClassNotFoundException|NoClassDefFoundError)/
| parse @message /(?:No module named|Cannot find (?:module|package)|cannot import name|ClassNotFoundException:|NoClassDefFoundError:|cannot load such file --)[ \\'"]+(?<named_module>[\w.@\/$-]+)/
| parse @message /(?:Unable to import module|Handler|import) \\?'(?<named_handler>[\w.\/-]+)\\?'/
| parse @message /(?<named_library>[\w.+-]+\.so[\w.]*): (?:cannot open|invalid ELF|undefined symbol)/
| stats count(*) as lines, min(@timestamp) as first_seen, max(@timestamp) as last_seen, count_distinct(@logStream) as environments
  by function, version, coalesce(import_kind, "ImportError") as error_type, coalesce(named_module, named_library, named_handler) as module
| sort lines desc, first_seen asc
