+++
title = "Secrets in logs"
question = "Do the logs hold access keys, tokens, e-mail addresses or card numbers, and where?"
aliases = ["secrets", "pii", "leaked-credentials"]
tags = ["structured", "security", "logs", "privacy"]
view = { kind = "table" }
read = "One row a kind and log stream; example is masked. An access key or a token counts as leaked from the moment it was logged: revoke it first, then stop the line, then delete the stream or set a data protection policy. card number: 13 to 16 digits with a prefix of Visa, Mastercard, American Express or Discover whose Luhn check digit is right; about one random number in ten with such a prefix passes too, so look before you alarm anyone. Of each kind the first one of a line counts. No rows prove nothing: only these patterns are known."
next = ["search", "log-patterns", "chatty"]
see = ["https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/mask-sensitive-log-data.html"]

[params.top]
type = "integer"
default = "1000"
min = 1
max = 10000
help = "how many rows, most lines first"

[[thresholds]]
when = "urgent > 0"
severity = "critical"
say = "credentials or card numbers stand in the logs"
+++
filter @message like /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|[Bb]earer [\w.~+\/-]{20,}|\beyJ[\w-]{8,}\.[\w-]{8,}\.|-----BEGIN [A-Z ]*PRIVATE KEY|[\w.+-]@[\w-]+\.[A-Za-z]|\b[2-6]\d{3}[ -]?\d{4,6}[ -]?\d{4,5}/
{% include "_views/identity.ql" %}
| parse @message /\b(?<access_key>(?:AKIA|ASIA)[A-Z0-9]{16})\b/
| parse @message /[Bb]earer (?<bearer_token>[\w.~+\/-]{20,})/
| parse @message /\b(?<web_token>eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]+)/
| parse @message /(?<private_key>-----BEGIN [A-Z ]*PRIVATE KEY)/
| parse @message /(?<email>[A-Za-z0-9][\w.+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,})/
| parse @message /(?:^|[^\w.-])(?<card>4\d{3}(?:[ -]?\d{4}){3}|4\d{12}|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)(?:[ -]?\d{4}){3}|3[47]\d\d[ -]?\d{6}[ -]?\d{5}|6(?:011|5\d\d)(?:[ -]?\d{4}){3})(?:[^\w-]|$)/
# Luhn: from the right, every second digit is doubled (9 less when that has two digits); the sum ends with 0. Zeros in front change nothing.
| fields concat("000", replace(replace(card, " ", ""), "-", "")) as padded
| parse padded /(?<d16>\d)(?<d15>\d)(?<d14>\d)(?<d13>\d)(?<d12>\d)(?<d11>\d)(?<d10>\d)(?<d9>\d)(?<d8>\d)(?<d7>\d)(?<d6>\d)(?<d5>\d)(?<d4>\d)(?<d3>\d)(?<d2>\d)(?<d1>\d)$/
| fields d1 + d3 + d5 + d7 + d9 + d11 + d13 + d15 + 2 * (d2 + d4 + d6 + d8 + d10 + d12 + d14 + d16)
    - 9 * (floor(d2 / 5) + floor(d4 / 5) + floor(d6 / 5) + floor(d8 / 5) + floor(d10 / 5) + floor(d12 / 5) + floor(d14 / 5) + floor(d16 / 5)) as luhn_sum
| fields concat(case(ispresent(access_key), concat("access key|", access_key, "~"), ""), case(ispresent(bearer_token), concat("bearer token|", bearer_token, "~"), ""),
    case(ispresent(web_token) and not ispresent(bearer_token), concat("JSON web token|", web_token, "~"), ""), case(ispresent(private_key), concat("private key|", private_key, "~"), ""),
    case(ispresent(email), concat("e-mail|", email, "~"), ""), case(luhn_sum % 10 = 0, concat("card number|", card, "~"), "")) as found_text
| fields split(found_text, "~") as found_list
| unnest found_list into one_found
| parse one_found "*|*" as found_kind, found_value
| filter ispresent(found_value)
| fields case(found_kind = "e-mail", 0, 1) as is_urgent
| stats count(*) as lines, count_distinct(found_value) as different_values, sortsLast(concat(substr(found_value, 0, 4), "****")) as example,
    max(is_urgent) as urgent, min(@timestamp) as first_seen, max(@timestamp) as last_seen, sortsLast(request_id) as sample_request_id
  by found_kind as kind, function, @logStream
| sort lines desc, first_seen asc
| limit {{ top }}
