"""What people are told unasked: notices, and how far long work is."""

from webapp.i18n.marking import N_

# What people are told by `services.notices`.
NOTICES: dict[str, str] = {
    "rota_published": N_("Your shifts from %(first)s to %(last)s are published."),
    "rota_changed": N_("Your shifts changed between %(first)s and %(last)s."),
    "lunch_changed": N_("Your lunch changed on %(first)s."),
    "evaluation_confirmed": N_("A call of yours of %(day)s was evaluated."),
    "appeal_made": N_("An appeal about a call of %(day)s waits for a decision."),
    "appeal_upheld": N_("Your appeal about %(day)s is decided: the evaluation stands."),
    "appeal_changed": N_("Your appeal about %(day)s is granted: scored anew."),
    "escalation_sent": N_("A notice waits for you: %(subject)s"),
    "escalation_answered": N_("Your notice is answered: %(subject)s"),
    "leave_asked": N_("%(name)s asks for leave from %(first)s to %(last)s."),
    "leave_forwarded": N_(
        "A leave of %(name)s from %(first)s to %(last)s waits for your decision."
    ),
    "leave_returned": N_(
        "Your leave request from %(first)s to %(last)s came back with a reason."
    ),
    "leave_approved": N_("Your leave from %(first)s to %(last)s is approved."),
    "leave_refused": N_("Your leave from %(first)s to %(last)s is refused."),
    "password_reset": N_("IT gave you a new password. If you did not ask, tell them."),
    "top_manager_granted": N_("%(name)s was given the role of top manager."),
    "fault_reported": N_("A fault was reported: %(subject)s"),
    "fault_with_it": N_("A fault is with IT: %(subject)s"),
    "fault_given_back": N_("IT answered to the fault: %(subject)s"),
    "fault_closed": N_("The fault you reported is closed: %(subject)s"),
    "destruction_proposed": N_("Destruction proposals wait for you: %(count)s"),
    "destruction_approved": N_("Your destruction proposal was approved."),
    "destruction_refused": N_("Your destruction proposal was refused."),
}

# What kinds of long work are called, and what is under way in them.
JOB_TITLES: dict[str, str] = {
    "make_rota": N_("Rota of %(queue)s for the week of %(first)s"),
    "propose_lunch": N_("Lunch rotation of %(queue)s on %(day)s"),
    "transcribe_recording": N_("Transcript of %(file)s"),
    "make_forecast": N_("Forecast of %(queue)s from %(first)s to %(last)s"),
    "check_import": N_("Reading %(file)s"),
    "store_import": N_("Taking in %(file)s"),
}

JOB_STEPS: dict[str, str] = {
    "rota_started": N_("counting how many are needed when"),
    "rota_counts": N_("giving people their shifts"),
    "rota_names": N_("placing lunches and breaks"),
    "rota_breaks": N_("improving"),
    "rota_whole": N_("improving"),
    "rota_repair": N_("checking"),
    "rota_levelling": N_("spreading the people to spare over the day"),
    "lunch_placing": N_("trying the waves"),
    "loading_model": N_("loading the model %(model)s"),
    "hearing_words": N_("hearing the words"),
    "scoring_call": N_("comparing with the form"),
    "judging_methods": N_("trying every method on the past"),
    "reading_file": N_("reading the file"),
    "comparing_rows": N_("comparing with what is there"),
}
