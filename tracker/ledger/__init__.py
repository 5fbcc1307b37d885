"""The register as people read it: rows across tasks, obligations and reports."""
