"""The words of recorded calls and their scores: choices, and why a finding is made."""

from collections.abc import Mapping

from qa.listening import Reason
from webapp.i18n.marking import N_
from webapp.models.calls import Direction, RecordingState, RecordType
from webapp.models.quality import AppealOutcome, EvaluationState, ResponseKind, Verdict

DIRECTIONS: Mapping[str, str] = {
    Direction.INBOUND: N_("Inbound"),
    Direction.OUTBOUND: N_("Outbound"),
}
RECORD_TYPES: Mapping[str, str] = {
    RecordType.INFORMATION: N_("Information"),
    RecordType.COMPLAINT: N_("Complaint"),
    RecordType.SUGGESTION: N_("Suggestion"),
    RecordType.SATISFACTION: N_("Satisfaction"),
    RecordType.TRANSACTION: N_("Transaction"),
}
RECORDING_STATES: Mapping[str, str] = {
    RecordingState.STORED: N_("Waits for its transcript"),
    RecordingState.TRANSCRIBED: N_("Transcribed"),
    RecordingState.FAILED: N_("Failed"),
    RecordingState.DESTROYED: N_("Destroyed"),
}
EVALUATION_STATES: Mapping[str, str] = {
    EvaluationState.PROPOSED: N_("Proposed"),
    EvaluationState.CONFIRMED: N_("Confirmed"),
    EvaluationState.SUPERSEDED: N_("Replaced"),
}
VERDICTS: Mapping[str, str] = {
    Verdict.YES: N_("Yes"),
    Verdict.NO: N_("No"),
    Verdict.NOT_APPLICABLE: N_("Does not apply"),
    Verdict.UNSURE: N_("Unsure"),
}
RESPONSES: Mapping[str, str] = {
    ResponseKind.ACKNOWLEDGED: N_("Read and accepted"),
    ResponseKind.APPEALED: N_("Appealed"),
}
APPEAL_OUTCOMES: Mapping[str, str] = {
    AppealOutcome.UPHELD: N_("The evaluation stands"),
    AppealOutcome.CHANGED: N_("Scored anew"),
}
PURPOSES: Mapping[str, str] = {
    "evaluation": N_("Evaluation"),
    "appeal": N_("Appeal"),
    "complaint": N_("Complaint of a caller"),
    "coaching": N_("Coaching"),
    "legal": N_("Legal request"),
}
SPEAKERS: Mapping[str, str] = {
    "agent": N_("Agent"),
    "caller": N_("Caller"),
    "unknown": N_("Speaker unknown"),
}
SOURCES: Mapping[str, str] = {
    "upload": N_("Upload"),
    "folder": N_("Watched folder"),
    "command": N_("Command line"),
}
# Why the machine says what it says about an item.
FINDINGS: Mapping[str, str] = {
    Reason.SAID: N_("Said."),
    Reason.NOT_SAID: N_("Not heard."),
    Reason.NEAR_MATCH: N_("Something like it was heard; please listen."),
    Reason.OUTSIDE_WINDOW: N_("Said, but not at its place in the call."),
    Reason.LATE_AFTER_SILENCE: N_("Said late, after a silence."),
    Reason.TOO_LATE_FOR_STEP: N_("Said only after the next step."),
    Reason.SPEAKER_UNKNOWN: N_("Who said it is unknown: one channel for both."),
    Reason.OTHER_SPEAKER: N_("The other speaker said it."),
    Reason.NO_WORDS: N_("No word was recognised."),
    Reason.LOW_CONFIDENCE: N_("The words were hardly recognised; please listen."),
    Reason.FORBIDDEN_SAID: N_("A forbidden phrase was heard."),
    Reason.IN_ORDER: N_("In order."),
    Reason.OUT_OF_ORDER: N_("Not in order."),
    Reason.TOO_FEW_STEPS: N_("Too few steps were heard to tell their order."),
    Reason.SILENCE_ANNOUNCED: N_("The silence was announced."),
    Reason.SILENCE_UNANNOUNCED: N_("A long silence was not announced."),
    Reason.NO_LONG_SILENCE: N_("There is no long silence."),
    Reason.NAME_UNKNOWN: N_("The caller’s name is not known."),
    Reason.NAME_UNCLEAR: N_("Perhaps the name; please listen."),
    Reason.NOT_TRANSFERRED: N_("The call was not transferred."),
    Reason.TRANSFER_UNCLEAR: N_("Whether the call was transferred is unclear."),
    Reason.OTHER_DIRECTION: N_("Only for calls of the other direction."),
    Reason.DIRECTION_UNKNOWN: N_("Who called whom is unknown."),
    Reason.RECORD_COMPLETE: N_("Entered in the record."),
    Reason.RECORD_INCOMPLETE: N_("Not entered in the record."),
    Reason.RECORD_UNKNOWN: N_("The call’s record is not known."),
}

FILTERS: Mapping[str, Mapping[str, str]] = {
    "direction_name": DIRECTIONS,
    "record_type_name": RECORD_TYPES,
    "recording_state": RECORDING_STATES,
    "evaluation_state": EVALUATION_STATES,
    "verdict_name": VERDICTS,
    "response_name": RESPONSES,
    "appeal_outcome": APPEAL_OUTCOMES,
    "purpose_name": PURPOSES,
    "speaker_name": SPEAKERS,
    "source_name": SOURCES,
    "finding_text": FINDINGS,
}
