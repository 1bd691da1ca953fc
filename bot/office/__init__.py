"""What officials and staff do, whatever the screen: plain functions over one open Store, and values."""
