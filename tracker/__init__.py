"""tracker (责任台账): a multi-department action plan, from the document to the checked result."""
