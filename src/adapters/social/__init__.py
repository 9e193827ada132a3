"""Accounts elsewhere that sign people in: one file for each provider."""
