"""Units: the register, aliases with dates, groups with dated members, name resolution."""
