"""The command line: ``tracker …``."""


def main() -> None:
    raise SystemExit("not yet")
