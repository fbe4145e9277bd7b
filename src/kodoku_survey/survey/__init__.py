"""The survey as data: what was asked, what it means, how it is weighted, which tables are wanted."""
