# What lines have in common: ids, hexadecimal numbers and numbers of a message become <id> and <n>.
| fields regexReplace(substr(log_message, 0, 400), "\b(?:[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|[0-9]-[0-9a-f]{8}-[0-9a-f]{24}|[0-9a-fA-F]{12,})\b", "<id>") as without_ids
| fields substr(regexReplace(without_ids, "\d+(?:\.\d+)*", "<n>"), 0, 160) as line_pattern
