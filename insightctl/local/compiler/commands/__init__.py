"""Commands of the language as SQL: functions that take the frame of rows so far one step on, grouped by what they do."""
