"""CloudWatch metrics: from the service, or computed from log lines (REPORT, EMF, Lambda Insights) where there are only logs."""
