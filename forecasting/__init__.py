"""Forecast of contacts and the agents they need; modules in reading order below."""
