"""Nhịp Cầu: conversation, channels and console; README.md names the rooms."""
