"""The task domain: text, time limit, assignments, lamp."""
