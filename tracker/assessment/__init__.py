"""Assessment (考核): schemes, score lines, ranking, appeals."""
