"""Forecast of contacts and the agents they need; modules in reading order:

errors          what is refused, by name
grid            intervals, and the only place that knows local time
history         what happened per interval, and what is not known
poisson         probabilities of a Poisson count, exact in the tails
patience        what becomes of waiting calls that may hang up
erlang          Erlang's formulas for a whole horizon at once
staffing        the promise, and the least agents that keep it
"""
