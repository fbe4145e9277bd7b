"""A folder drafted from what was delivered: every guess is marked, none is final."""
