"""Migrations of the decisions."""
