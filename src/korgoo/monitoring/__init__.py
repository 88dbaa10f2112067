"""What the engine has concluded, how far it has read, the feed and the picture."""
