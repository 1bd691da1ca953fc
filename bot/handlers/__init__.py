"""One per channel; handlers do not see each other."""
