"""Access, rendering of page or fragment, error pages, filters, paging."""
