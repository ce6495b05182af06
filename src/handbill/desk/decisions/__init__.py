"""What people decide about letters and pens: signed, chained, undone but never deleted."""
