"""People, posts and roles; login and lockout."""
