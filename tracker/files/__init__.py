"""Files that people send with their words (佐证材料, 附件): what is taken, kept by content, and handed out again."""
