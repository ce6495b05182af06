"""The pages where people judge letters, pens and appeals."""
