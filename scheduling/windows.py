"""What the law and a contract allow of one shift: starts, lengths, break windows."""

from datetime import date

from scheduling.problem import BreakRule, Contract, Rules


def allowed_shifts(
    contract: Contract, day: date, rules: Rules
) -> list[tuple[int, int]]:
    """Return the (start, length) in minutes that a contract and the law allow."""
    shifts = {
        (start, minutes)
        for rule in contract.shifts
        if day.weekday() in rule.weekdays
        for start in rule.starts()
        for minutes in rule.lengths
    }
    return sorted(shift for shift in shifts if is_lawful(rules, *shift))


def is_lawful(rules: Rules, start: int, minutes: int) -> bool:
    """Say whether a shift keeps the limits of the day and of night work."""
    net = net_minutes(rules, minutes)
    if net > rules.max_shift_minutes:
        return False
    is_night_work = 2 * night_minutes(rules, start, minutes) > minutes
    return not is_night_work or net <= rules.max_night_minutes


def net_minutes(rules: Rules, minutes: int) -> int:
    """Return the working time of a shift: its length without unpaid breaks."""
    unpaid = (r for r in rules.breaks if r.applies_to(minutes) and not r.paid)
    return minutes - sum(rule.minutes for rule in unpaid)


def night_minutes(rules: Rules, start: int, minutes: int) -> int:
    """Return the minutes of a shift that lie in the night."""
    length = (rules.night_to - rules.night_from) % 1440
    begins = (rules.night_from + 1440 * shift for shift in (-1, 0, 1))
    end = start + minutes
    return sum(max(0, min(end, b + length) - max(start, b)) for b in begins)


def break_starts(
    rule: BreakRule, start: int, minutes: int, step: int
) -> tuple[int, ...]:
    """Return the minutes of the day at which a shift's break may start.

    Never empty where the break fits into the shift: see `BreakRule`.
    """
    end = start + minutes
    places = range(start, end - rule.minutes + 1, step)
    by_shift = [
        minute
        for minute in places
        if minute >= start + rule.after_start
        and minute + rule.minutes <= end - rule.before_end
    ]
    by_day = [
        minute
        for minute in by_shift
        if rule.day_from <= minute and minute + rule.minutes <= rule.day_to
    ]
    if by_day or by_shift:
        return tuple(by_day or by_shift)
    middle = start + (minutes - rule.minutes) / 2
    return (min(places, key=lambda minute: abs(minute - middle)),) if places else ()
