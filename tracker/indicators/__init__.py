"""Indicators of a plan (指标): what they are to reach, what units report of them, how the whole stands."""
