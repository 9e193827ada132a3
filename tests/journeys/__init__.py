"""Journeys share one installation and one browser (`scope="package"`), which are ended with the last of them."""
