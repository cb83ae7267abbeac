# The level of a line: JSON under the names that loggers use (numbers are pino's), text where it follows times, ids and threads.
| parse @message /^(?:(?:[\d:.,TZ+\/-]+|[0-9a-f]{8}-[0-9a-f-]{27}|undefined|\[[\w.: #-]+\])[ \t]+)*\[?(?<text_level>TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL|SEVERE)\b/
| fields tolower(coalesce(level, severity, lvl, levelname, log.level, @@l, text_level)) as raw_level
| fields case(raw_level in ["10", "trace", "verbose", "finest"], "TRACE", raw_level in ["20", "debug", "fine"], "DEBUG",
    raw_level in ["30", "info", "information", "notice"], "INFO", raw_level in ["40", "warn", "warning"], "WARN",
    raw_level in ["50", "error", "err", "severe"], "ERROR", raw_level in ["60", "fatal", "critical", "crit", "alert", "emergency", "panic"], "FATAL") as log_level
