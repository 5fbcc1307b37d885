"""Scheduled work: one table of jobs, one runner. APScheduler is known here alone."""
