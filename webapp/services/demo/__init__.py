"""The demo centre: invented people and calls, the same for the same seed and day.

In reading order: demand (calls by half hour), people (accounts), desk (leave,
faults), calls (recordings), reviews (what was confirmed), filling (the steps and
whether each is done).
"""
