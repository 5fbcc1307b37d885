"""Pure writers: rows in, bytes out; they know no domain."""
