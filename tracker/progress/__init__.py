"""Reports, evidence, signing, verification, closing."""
