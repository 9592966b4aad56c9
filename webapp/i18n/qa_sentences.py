"""The sentences of qa's codes: what it refuses, and why a finding is what it is."""

from webapp.i18n.marking import N_

REFUSALS: dict[str, str] = {
    "qa_error": N_("The evaluation cannot be computed."),
    "form_invalid": N_("The form has %(count)s errors: %(problems)s"),
    "wording_invalid": N_(
        "The wording “%(wording)s” cannot be read; expected: %(expected)s."
    ),
    "number_invalid": N_("“%(got)s” is no such number; expected: %(expected)s."),
    "answer_invalid": N_("The answer to %(item)s must be %(expected)s; it is %(got)s."),
    "sample_invalid": N_("%(name)s must be %(expected)s; it is %(got)s."),
    "trend_invalid": N_("%(name)s must be %(expected)s; it is %(got)s."),
    "ratings_invalid": N_(
        "The ratings cannot be compared: %(expected)s was expected, %(got)s came."
    ),
}

FINDINGS: dict[str, str] = {
    "said": N_("Said as it should be."),
    "not_said": N_("Not heard in the call."),
    "near_match": N_("Something like it was heard; please listen."),
    "outside_window": N_("Said, but not in the part of the call where it belongs."),
    "late_after_silence": N_("Said, but only after a long silence at the beginning."),
    "too_late_for_step": N_("Said, but only after the step that it has to precede."),
    "speaker_unknown": N_("Heard, but the sound does not tell who said it."),
    "other_speaker": N_("Heard, but on the other speaker’s channel."),
    "no_words": N_("No words were recognised; please listen."),
    "low_confidence": N_(
        "The words were recognised too poorly to tell; please listen."
    ),
    "forbidden_said": N_("Something was said that the script excludes."),
    "in_order": N_("The steps were said in their order."),
    "out_of_order": N_("The steps were not said in their order."),
    "too_few_steps": N_("Too few steps were heard to judge their order."),
    "silence_announced": N_("Every long silence was announced to the caller."),
    "silence_unannounced": N_("There is a long silence that nobody announced."),
    "no_long_silence": N_("The call has no long silence."),
    "name_unknown": N_("The caller’s name is not known."),
    "name_unclear": N_("The caller may have been addressed by name; please listen."),
    "not_transferred": N_("The call was not transferred."),
    "transfer_unclear": N_("Whether the call was transferred is not known."),
    "other_direction": N_("Does not apply to calls in this direction."),
    "direction_unknown": N_("Whether the centre called or was called is not known."),
    "record_complete": N_("It is entered in the record of the call."),
    "record_incomplete": N_("It is not entered in the record of the call."),
    "record_unknown": N_("The record of the call is not at hand."),
}

QA: dict[str, str] = REFUSALS | FINDINGS
