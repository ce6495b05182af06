"""A newsroom's folder: its texts as values, what is wrong with them, what may be published."""
