"""Metrics out of log lines, in Insights QL: `lambda_metrics` from REPORT lines, `embedded` from EMF and Lambda Insights."""
