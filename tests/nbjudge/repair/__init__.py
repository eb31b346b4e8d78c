"""Submissions of every kind, and what is made of them."""
