"""What is kept: tables, the unit of work, and all SQL by noun."""
