"""Plans, their sections and the documents they were read from."""
