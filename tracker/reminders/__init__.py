"""Rules, messages (outbox) and channels."""
