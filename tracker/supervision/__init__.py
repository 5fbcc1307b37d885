"""What the office does after reports: slips (督办单), remarks (批示), bulletins (通报)."""
