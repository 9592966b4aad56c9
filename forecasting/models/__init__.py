"""Forecasting methods behind one protocol; modules in reading order:

contract        what a method must do
weekday_mean    the last same weekday, and the mean of the last few
smoothing       level x weekday x profile, the level exponentially smoothed
ridge           penalised regression with its penalty from leave-one-out error
factor          patterns of the day, each regressed on the calendar
combination     the mean of several methods
contestants     the methods that compete for every queue
handling_time   AHT per weekday and time of day
"""
