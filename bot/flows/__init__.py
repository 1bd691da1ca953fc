"""The core of the conversation: pure values in, pure values out; no I/O, no clock, no channel."""
