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

and how files of calls are read, in reading order:

findings        what reading a file can find: a refusal, a bad line, a remark
delimited       text tables: encoding, separator, rows with their lines
workbook        XLSX: the sheet that holds the table, typed cells
table           bytes as header and rows
columns         which column means what, Turkish and English
cells           columns as numbers and durations
instants        columns as dates and times
clocks          local clocks as UTC; hours that happen twice or never
file_layout     what is said about a file before, how it was understood after
reading         one reading of a table
interval_file   interval rows
calls           call records
call_rows       checks and identity shared by call layouts
bank_calls      the Technion layout
call_file       general call files, and the choice of layout
call_measures   calls per interval
"""
