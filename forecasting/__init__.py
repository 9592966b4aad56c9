"""Forecast of contacts and the agents they need; modules in reading order:

errors          what is refused, by name
grid            intervals, and the only place that knows local time
history         what happened per interval, and what is not known
"""
