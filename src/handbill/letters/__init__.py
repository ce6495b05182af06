"""What readers write: letters, the pens that sign them, the seals that close them. Pure."""
