"""Periods, and what each unit owes and by when."""
