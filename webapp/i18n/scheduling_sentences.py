"""The sentences of scheduling's codes: refusals, reasons, breaches, goals, rules."""

from webapp.i18n.marking import N_

REFUSALS: dict[str, str] = {
    "scheduling_error": N_("The rota cannot be computed."),
    "invalid_problem": N_(
        "The data of this rota contradict each other in %(count)s places."
    ),
    "invalid_argument": N_("%(name)s must be %(expected)s; it is %(got)s."),
    "invalid_rota": N_("%(path)s must be %(expected)s; it is %(got)s."),
}

# Why a rota is not possible, or not enough.
REASONS: dict[str, str] = {
    "rules_conflict": N_(
        "No rota keeps all of these rules for %(agents)s: %(rules)s. Change one of "
        "them, or what is asked of these people."
    ),
    "seats_too_few": N_(
        "Each person alone can be given a rota, but there are too few seats for all "
        "their breaks. Allow more at once, or a longer time for them."
    ),
    "breaks_do_not_fit": N_(
        "The breaks do not all fit into their time and the seats. Allow more at once, "
        "or a longer time for them."
    ),
    "short": N_(
        "%(missing)s missing. Of those who could help, %(on_break)s are on a break, "
        "%(away)s on leave and %(elsewhere)s off duty."
    ),
}

BREACHES: dict[str, str] = {
    "stranger": N_("This person or day does not belong to the rota."),
    "two_shifts": N_("%(shifts)s shifts on one day; one is allowed."),
    "shift_not_allowed": N_("The contract has no such shift."),
    "shift_too_long": N_(
        "%(minutes)s minutes of work in a shift; at most %(limit)s are allowed."
    ),
    "rest_too_short": N_(
        "%(minutes)s minutes of rest before this shift; at least %(limit)s are due."
    ),
    "too_many_days_in_a_row": N_("More than %(limit)s working days in a row."),
    "no_weekly_rest": N_(
        "No rest of %(limit)s minutes with a free day in it this week."
    ),
    "too_few_days": N_("%(got)s working days this week; at least %(low)s are owed."),
    "too_many_days": N_(
        "%(got)s working days this week; at most %(high)s are allowed."
    ),
    "too_few_minutes": N_(
        "%(got)s minutes of work this week; at least %(low)s are owed."
    ),
    "too_many_minutes": N_(
        "%(got)s minutes of work this week; at most %(high)s are allowed."
    ),
    "works_on_leave": N_("A shift on a day of leave."),
    "away_throughout": N_("The person is away for the whole shift."),
    "not_available": N_("The shift lies outside the person’s hours."),
    "lock_broken": N_("A fixed shift or day off was changed."),
    "break_not_due": N_("A break that this shift does not have, or has once only."),
    "break_missing": N_("A break of this shift is missing."),
    "break_of_wrong_length": N_("A break of another length than agreed."),
    "break_outside_window": N_("A break outside the time set for it."),
    "breaks_overlap": N_("Two breaks of the shift overlap."),
    "too_many_at_once": N_(
        "%(got)s people on a break at once; there are %(seats)s seats."
    ),
}

# The parts of the objective, and the rules that `rules_conflict` names.
GOALS: dict[str, str] = {
    "short": N_("minutes of missing agents"),
    "over": N_("minutes of agents beyond the requirement"),
    "wishes": N_("wishes not kept"),
    "fairness": N_("late shifts and weekends shared unevenly"),
}
HARD_RULES: dict[str, str] = {
    "one_shift_a_day": N_("one shift a day"),
    "locks_kept": N_("what is fixed stays"),
    "rest_between_shifts": N_("rest between shifts"),
    "days_in_a_row": N_("working days in a row"),
    "weekly_rest": N_("weekly rest"),
    "days_of_the_week": N_("working days of the week"),
    "hours_of_the_week": N_("working hours of the week"),
}

SCHEDULING: dict[str, str] = REFUSALS | REASONS | BREACHES
