"""Document -> blocks -> drafts -> a person confirms -> plan."""
