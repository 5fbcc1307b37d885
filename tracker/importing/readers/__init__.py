"""One file format each: read(bytes) -> Document. They know formats, not tasks."""
