"""Tags for staff templates."""
