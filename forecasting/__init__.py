"""Forecast of contacts and the agents they need; modules in reading order:

errors          what is refused, by name
grid            intervals, and the only place that knows local time
history         what happened per interval, and what is not known
calendar        opening hours, public holidays, special days
demand          days as rows and times of day as columns: what the models learn from
models          the forecasting methods
bands           how far calls stray from their forecast
backtest        rolling-origin scores and the choice of a method
forecast        the forecast of a queue, and who made it
poisson         probabilities of a Poisson count, exact in the tails
patience        what becomes of waiting calls that may hang up
erlang          Erlang's formulas for a whole horizon at once
patient_search  the least agents for patient callers, by a short walk
staffing        the promise, and the least agents that keep it
simulation      a queue's day call by call: the check on the formulas
"""
