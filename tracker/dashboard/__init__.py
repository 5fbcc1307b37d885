"""Home pages that read across domains."""
