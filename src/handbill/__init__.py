"""Handbill: a press for places the internet cannot reach."""

__version__ = "0.1.0"
