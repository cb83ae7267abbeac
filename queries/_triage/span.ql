+++
title = "Triage: span"
question = "From when to when are there logs?"
view = { kind = "table" }
read = "For files without a time asked. Triage reads it."
+++
stats min(@timestamp) as first_at, max(@timestamp) as last_at
