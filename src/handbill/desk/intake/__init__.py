"""Letters from the tray into the desk's tables."""
