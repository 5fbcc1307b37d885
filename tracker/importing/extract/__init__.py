"""Blocks -> drafts, pure. They know tasks, not formats."""
