"""Submissions that try to get marks that they have not earned, to read what is hidden, or to do harm."""
