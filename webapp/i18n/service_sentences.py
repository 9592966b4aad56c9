"""The sentences of what services, jobs and views refuse, by desk."""

from webapp.i18n.marking import N_

SERVICES: dict[str, str] = {
    # backups
    "archive_exists": N_("%(path)s exists already; choose another name."),
    "not_an_archive": N_("%(path)s is not a backup of Vardiya."),
    "archive_too_new": N_(
        "The backup was made by version %(version)s, newer than this one."
    ),
    "archive_damaged": N_("%(path)s is damaged: it is not what was written."),
    "other_backend": N_(
        "The backup holds a %(archive)s database; this place is set to %(here)s."
    ),
    "other_master_key": N_(
        "Its recordings need the master key %(wanted)s, which is not in the keys "
        "folder. Put the keys of that time back first."
    ),
    "place_not_empty": N_("Restoring needs an empty place; there is %(what)s."),
    "dump_tool_missing": N_(
        "%(tool)s is not installed; it comes with the PostgreSQL client."
    ),
    "dump_failed": N_("%(tool)s failed: %(text)s"),
    # jobs
    "job_ended": N_("This job has ended already."),
    "job_not_to_retry": N_(
        "Only a job that failed or was cancelled can be tried again, and only if no "
        "later one took its place."
    ),
    "crashed": N_("Its process broke down (%(reason)s). Try it again."),
    "timed_out": N_("It took longer than the %(limit_s)s seconds it may take."),
    "out_of_tries": N_(
        "The worker stopped %(tries)s times while doing it. Try it again, or ask IT."
    ),
    "unknown_kind": N_(
        "No worker here knows this kind of job (%(kind)s): it is of another version."
    ),
    "unexpected": N_("Something went wrong in it. IT can see the details below."),
    # leave
    "day_missing": N_("Choose a day."),
    "leave_days_reversed": N_("The last day lies before the first."),
    "leave_too_long": N_("A request covers at most %(most)s days."),
    "leave_half_of_several": N_("Half a day can only be asked for a single day."),
    "leave_costs_nothing": N_("These days are free anyway; choose working days."),
    "leave_in_the_past": N_("The first day is over; choose a day from today on."),
    "leave_overlaps": N_("You have asked for leave from %(first)s to %(last)s."),
    "leave_balance_short": N_(
        "This takes %(wanted)s days and %(left)s are left. Choose fewer days."
    ),
    "leave_not_open": N_("The request is not at this step any more; look at it again."),
    "leave_own_request": N_("Nobody decides their own request."),
    "leave_same_person": N_(
        "Who screened a request does not decide it; another manager must."
    ),
    "leave_reason_missing": N_("Give the reason; the agent reads it."),
    # recordings
    "audio_silent": N_("It is silent: %(duration_s)s seconds without a voice."),
    "metadata_unreadable": N_("%(file)s is no list of calls: %(reason)s"),
    "metadata_value": N_("%(field)s cannot be “%(value)s”."),
    "agent_unknown": N_("Nobody is called %(name)s; use the user name."),
    "queue_unknown": N_("There is no queue %(name)s."),
    "recording_destroyed": N_("%(file)s was destroyed; it is not taken in again."),
    "no_such_path": N_("There is no file or folder %(path)s on the server."),
    "recording_gone": N_("The recording is not here any more."),
    "no_speech_model": N_(
        "No speech model is in use. Install one such as %(official)s on the page "
        "Speech models."
    ),
    "purpose_missing": N_("Say what you open the call for."),
    "call_scored": N_("A person has scored this call; its details stand."),
    # evaluations
    "evaluation_confirmed": N_("Somebody has confirmed this evaluation already."),
    "evaluation_of_own_call": N_("Nobody scores a call of their own."),
    "verdict_missing": N_("Choose a verdict."),
    "override_reason_missing": N_("Give the reason for deciding otherwise."),
    "verdicts_incomplete": N_("Items that still need your word: %(count)s."),
    "evaluation_not_standing": N_("This evaluation was replaced by another."),
    "already_answered": N_("You have answered this evaluation already."),
    "appeal_window_over": N_("An evaluation can be answered for %(days)s days."),
    "appeal_reason_missing": N_("Say what you do not agree with."),
    "no_open_appeal": N_("There is no appeal to decide."),
    "appeal_own_evaluation": N_("Whoever scored a call does not decide its appeal."),
    "appeal_answer_missing": N_("Give your answer; the agent reads it."),
    "appeal_changes_nothing": N_(
        "No verdict is another one; change one or let the evaluation stand."
    ),
    "form_version_taken": N_(
        "Version %(version)s of this form has other content. Raise the version."
    ),
    # escalations
    "escalation_subject_missing": N_("Give the notice a subject."),
    "escalation_body_missing": N_("Write what is asked for."),
    "escalation_reason_missing": N_("Give the reason; the manager reads it."),
    "escalation_without_figures": N_(
        "There is no requirement for these weeks; make a forecast first."
    ),
    "escalation_answered": N_("The notice is answered already."),
    "escalation_not_answered": N_("Only an answered notice is closed."),
    "no_top_manager": N_("Nobody holds the role of top manager today; ask IT."),
    # people
    "not_found": N_("This is not here, or not for you to see."),
    "too_many_attempts": N_(
        "Too many failed log-ins. Try again in %(minutes)s minutes."
    ),
    "username_invalid": N_(
        "A user name has letters, digits, dots and hyphens; “%(username)s” cannot be "
        "one."
    ),
    "username_taken": N_("The user name %(username)s is taken."),
    "name_missing": N_("Enter the name."),
    "roles_missing": N_("Choose at least one role."),
    "acd_code_taken": N_("The telephone code %(acd_code)s belongs to %(name)s."),
    "weekly_minutes_range": N_("A week has 0 to %(most_hours)s hours under this law."),
    "days_per_week_range": N_("A week has 0 to %(most)s working days."),
    "born_on_range": N_(
        "Check the day of birth: nobody is hired younger than %(least)s."
    ),
    "hired_on_range": N_("Check the first day of work: it is too far away."),
    "own_account": N_("Somebody else has to do this to your account."),
    "own_roles": N_("Somebody else has to change your roles."),
    "already_passive": N_("%(name)s is passive already."),
    "already_active": N_("%(name)s is active already."),
    "passive_account": N_("%(name)s is passive; make the account active first."),
    "reason_missing": N_("Enter the reason; it is kept in the audit log."),
    "grant_ends_before_start": N_("The last day is before the first."),
    "grant_ended": N_("This role ends by then already."),
    "role_held": N_("%(name)s has this role on those days already."),
    "roles_conflict": N_(
        "%(name)s cannot be both IT and top manager: who opens accounts does not "
        "approve destruction."
    ),
    "substitute_without_end": N_("A substitute needs a last day."),
    "substitute_for_self": N_("Nobody is their own substitute."),
    "substitute_lacks_role": N_("%(name)s does not have this role on those days."),
    "password_wrong": N_("Your present password is another one."),
    "password_short": N_("A password has at least %(least)s characters."),
    "password_long": N_("A password has at most %(most)s characters."),
    "password_same": N_("Choose a password that is not the present one."),
    "password_plain": N_("Use at least %(least)s different characters."),
    "password_unequal": N_("The two new passwords are not the same."),
    # faults
    "fault_subject_missing": N_("Say in a few words what is wrong."),
    "fault_description_missing": N_("Describe what happened."),
    "fault_outcome_missing": N_("Say how the fault ended."),
    "fault_state": N_("This fault has moved on; reload the page."),
    # destruction
    "legal_hold": N_("It is under a legal hold: %(reason)s"),
    "already_proposed": N_("Its destruction is proposed already."),
    "already_destroyed": N_("It is destroyed already."),
    "already_decided": N_("This proposal is decided already."),
    "own_proposal": N_("Whoever proposed it does not decide it."),
    "not_approved": N_("Only an approved proposal is carried out."),
    # centre
    "code_taken": N_("The code %(taken)s is taken."),
    "code_invalid": N_("A code has letters, digits and hyphens."),
    "share_range": N_("Enter a percentage from %(least)s to %(most)s."),
    "whole_range": N_("Enter a whole number from %(least)s to %(most)s."),
    "number_range": N_("Enter a number from %(least)s to %(most)s."),
    "day_invalid": N_("Enter a day such as 21.11.2026."),
    "time_invalid": N_("Enter a time such as 08:30."),
    "choice_invalid": N_("Choose one of the list."),
    "hours_order": N_("It closes before it opens on weekday %(weekday)s."),
    "interval_in_use": N_(
        "The interval cannot change: there are figures by it already."
    ),
    "lunch_window_short": N_("The window is shorter than one lunch."),
    # taking in files
    "draft_gone": N_("This file was taken in or put away already."),
    "file_missing": N_("Choose a file."),
    "queue_needed": N_("Choose the queue that the figures are about."),
    "file_queues": N_(
        "The file has several queues (%(names)s); choose the one to take."
    ),
    "no_such_file_queue": N_("The file has no queue %(name)s; it has %(names)s."),
    "interval_does_not_fit": N_(
        "The file has intervals of %(got)s minutes; they do not add up to the "
        "%(minutes)s minutes of the queue."
    ),
    "other_intervals_there": N_(
        "There are figures by %(minutes)s minutes on %(day)s already; the file has "
        "%(got)s minutes. Import that day by the same length."
    ),
    "off_the_clock": N_(
        "Its intervals begin at other minutes than ours; check the time zone."
    ),
    "bad_lines_refused": N_(
        "%(count)s lines are bad and you asked to take nothing then."
    ),
    "nothing_to_import": N_("No line of the file can be taken."),
    # forecasts
    "no_history": N_("No calls of %(queue)s are known before that day."),
    "forecast_days": N_("A forecast has 1 to %(most)s days."),
    "forecast_too_far": N_(
        "The figures end on %(day)s; a forecast reaches %(most)s days beyond them."
    ),
    "promise_invalid": N_("This target cannot be staffed for."),
    # rotas
    "rota_no_requirement": N_(
        "No requirement covers the days of this week; make a forecast of them first."
    ),
    "rota_no_shifts": N_("There is no shift yet; add shifts in the settings first."),
    "rota_no_people": N_(
        "Nobody answers this queue yet; give people the queue in their accounts first."
    ),
    "rota_not_draft": N_("Only a draft can be changed; make a draft of it first."),
    "rota_empty": N_("There is no shift in it to publish."),
    "rota_newer": N_("A newer version of this week is published already."),
    "rota_breaks_rules": N_("It breaks rules that must be kept, so it is not used."),
    "move_breaks_rules": N_("This move breaks rules that must be kept."),
    "lunch_no_rota": N_("There is no rota for this day yet; make one first."),
    "lunch_nobody": N_("Nobody works on this day."),
    "lunch_shifts_changed": N_("The shifts changed meanwhile; propose again."),
    "lunch_impossible": N_(
        "The lunches do not all fit into their hours and the canteen's seats."
    ),
    "special_day_exists": N_("There is a special day on that date already."),
    "factor_missing": N_("Enter by how much that day's calls are multiplied."),
}
