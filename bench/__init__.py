"""Speed and scale beside the floor: ``python -m bench``. Each module has ``measure() -> list[Figure]``."""
