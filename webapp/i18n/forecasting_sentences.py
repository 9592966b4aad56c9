"""The sentences of forecasting's codes: what it refuses, bad lines, notices."""

from webapp.i18n.marking import N_

REFUSALS: dict[str, str] = {
    "forecasting_error": N_("The figures cannot be computed."),
    "invalid_argument": N_("%(name)s must be %(expected)s; it is %(got)s."),
    "outside_grid": N_("%(wanted)s lies outside %(first)s to %(last)s."),
    "too_little_history": N_(
        "At least %(needed_days)s days with calls are needed; there are %(known_days)s."
    ),
    "file_refused": N_("%(file)s cannot be read."),
    "file_empty": N_("%(file)s is empty; a table was expected."),
    "file_not_a_table": N_(
        "%(file)s is no table but another kind of file (%(got)s). Save it as CSV or "
        "XLSX."
    ),
    "file_not_text": N_(
        "%(file)s, line %(line)s: %(got)s is no text. Save the file again as CSV."
    ),
    "file_cut_off": N_("The end of %(file)s is missing. Copy it again."),
    "file_damaged": N_(
        "%(file)s is damaged near line %(line)s (%(got)s). Save it again."
    ),
    "file_too_large": N_(
        "%(file)s holds more than the %(limit)s bytes allowed. Split it."
    ),
    "file_no_sheet": N_("%(file)s has no sheet %(sheet)s; it has %(sheets)s."),
    "file_no_header": N_(
        "%(file)s, line %(line)s: the names of the columns were expected, there is "
        "“%(got)s”."
    ),
    "file_no_rows": N_(
        "%(file)s has column names in line %(line)s and nothing below them."
    ),
    "file_missing_column": N_(
        "%(file)s has no column for %(wanted)s. Its columns: %(header)s."
    ),
    "file_ambiguous_column": N_(
        "Two columns of %(file)s could be %(wanted)s: %(first)s and %(second)s. "
        "Choose one."
    ),
    "file_interval_unknown": N_(
        "The rows of %(file)s are %(got)s minutes apart; %(expected)s can be read."
    ),
    "file_one_interval": N_(
        "%(file)s has one interval only. Give its length in minutes."
    ),
}

BAD_LINES: dict[str, str] = {
    "too_few_cells": N_("The line has too few cells (%(value)s)."),
    "too_many_cells": N_("The line has too many cells (%(value)s)."),
    "missing_value": N_("The cell is empty; a value is needed."),
    "bad_number": N_("“%(value)s” is no number."),
    "bad_duration": N_(
        "“%(value)s” is no duration; seconds, 3:20 or 0:03:20 were expected."
    ),
    "negative": N_("%(value)s is below zero."),
    "not_finite": N_("“%(value)s” is no finite number."),
    "too_large": N_("%(value)s is too large to be true."),
    "bad_date": N_("“%(value)s” is no date."),
    "bad_time": N_("“%(value)s” is no time of day."),
    "no_such_local_time": N_("%(value)s never happened: clocks went forward over it."),
    "local_time_twice": N_("%(value)s happened twice: clocks went back."),
    "off_grid": N_("%(value)s does not begin an interval."),
    "wrong_length": N_(
        "%(value)s is of another length than the intervals of the file."
    ),
    "more_than_offered": N_("More calls ended than came: %(value)s."),
    "conflicting_duplicate": N_(
        "The same as line %(other_line)s with another value (%(value)s)."
    ),
    "bad_outcome": N_("“%(value)s” is no known outcome of a call."),
}

FILE_NOTICES: dict[str, str] = {
    "duplicate_line": N_("Lines that repeat others, left out: %(count)s"),
    "repeated_header": N_("Repeated headers, left out: %(count)s"),
    "total_line": N_("Lines of totals, left out: %(count)s"),
    "unused_columns": N_("Columns not read: %(columns)s"),
    "repeated_hour_by_order": N_(
        "Lines in the hour that happened twice, told by their order: %(count)s"
    ),
    "decimal_mark_assumed": N_(
        "%(column)s could be read in two ways; “%(mark)s” was taken to stand before "
        "decimals."
    ),
    "day_first_assumed": N_(
        "The dates of %(column)s could be read in two ways; the day was taken to "
        "come first."
    ),
    "offered_derived": N_("Offered calls are answered and abandoned ones added up."),
    "aht_from_parts": N_("The handling time is made of %(columns)s."),
    "fractional_count": N_("Counts of %(column)s with decimals: %(count)s"),
    "aht_over_an_hour": N_("Intervals with a handling time over an hour: %(count)s"),
    "long_service": N_(
        "Calls served for more than %(limit_s)s seconds, kept: %(count)s"
    ),
    "no_service_time": N_("Answered calls without a service time: %(count)s"),
    "service_without_answer": N_(
        "Abandoned calls with a service time, which is not counted: %(count)s"
    ),
    "not_offered": N_("Calls that ended in the menu, before the queue: %(count)s"),
    "phantom": N_("Records without a caller, not counted: %(count)s"),
    "negative_menu_time": N_("Calls that left the menu before entering it: %(count)s"),
    "duration_disagrees": N_(
        "Lines where %(column)s is not what the clocks say: %(count)s"
    ),
    "outcome_derived": N_(
        "The file has no outcome; calls with an agent or a service were taken as "
        "answered."
    ),
}

FORECASTING: dict[str, str] = REFUSALS | BAD_LINES | FILE_NOTICES
