"""Values that every part shares: time ranges, results, jobs, the Backend protocol, errors. Imports nothing of ours."""
