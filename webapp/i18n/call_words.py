"""The words of recorded calls and their scores, for people."""

from collections.abc import Mapping

from webapp.i18n.marking import N_
from webapp.i18n.qa_sentences import FINDINGS
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
