"""What recordings refuses, by name.

RecordingsError                  code, params
├── AudioError                   a file that cannot be heard
│   ├── AudioEmpty               no bytes, or no sound in them
│   ├── AudioUnknown             bytes of no format that is read here
│   ├── AudioBroken              the right format, but damaged
│   ├── AudioTruncated           shorter than its own header says
│   ├── AudioTooLong             beyond the allowed duration
│   ├── AudioTooLarge            beyond the allowed number of bytes
│   └── AudioTooManyChannels     more speakers than a call has
├── EngineError                  a recogniser that failed
│   ├── EngineMissing            its library cannot be loaded
│   └── RecognitionCancelled     stopped on request
├── ModelError                   a speech model that cannot be used
│   ├── ModelIncomplete          files of the layout are missing
│   ├── ModelArchiveRefused      an archive that must not be unpacked
│   ├── ModelHashMismatch        a file that differs from the official one
│   ├── ModelUnknown             no such model is installed or offered
│   └── ModelExists              another model already has the name
├── TranscriptInvalid            a transcript file that cannot be read
├── RetentionInvalid             a policy that keeps nothing
└── StoreError                   sound that cannot be kept or given back
    ├── RecordingMissing         no such recording, or destroyed
    ├── RecordingDamaged         stored bytes that fail their check
    └── MasterKeyUnknown         wrapped by a master key that is not at hand
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar


class RecordingsError(ValueError):
    """A refusal with a stable code and plain values, for a caller to put in words.

    Attributes:
        code: stable identifier of the kind of refusal.
        params: what the sentence for that code needs, by name.
    """

    code: ClassVar[str] = "recordings_error"

    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message)
        self.params: Mapping[str, object] = params


class AudioError(RecordingsError):
    """A file cannot be heard."""

    code = "audio_error"


class AudioEmpty(AudioError):
    """The file holds no bytes, or a header and no sound."""

    code = "audio_empty"

    def __init__(self) -> None:
        super().__init__("a recording with sound was expected, got none")


class AudioUnknown(AudioError):
    """The first bytes belong to no format that is read here."""

    code = "audio_unknown"

    def __init__(self, first_bytes: bytes) -> None:
        shown = first_bytes[:8].hex(" ")
        super().__init__(
            "WAV, MP3, Ogg Opus, Ogg Vorbis, FLAC, AU or GSM was expected, "
            f"got a file that begins with {shown}",
            first_bytes=shown,
        )


class AudioBroken(AudioError):
    """The format is known but its content cannot be decoded."""

    code = "audio_broken"

    def __init__(self, container: str, reason: str) -> None:
        super().__init__(
            f"the {container} file cannot be decoded: {reason}",
            container=container,
            reason=reason,
        )


class AudioTruncated(AudioError):
    """The file ends before the length that its header announces."""

    code = "audio_truncated"

    def __init__(self, expected_s: float, got_s: float) -> None:
        super().__init__(
            f"the header announces {expected_s:.1f} s of sound, "
            f"the file holds {got_s:.1f} s",
            expected_s=round(expected_s, 1),
            got_s=round(got_s, 1),
        )


class AudioTooLong(AudioError):
    """The recording lasts longer than allowed."""

    code = "audio_too_long"

    def __init__(self, duration_s: float, limit_s: float) -> None:
        super().__init__(
            f"at most {limit_s:g} s is accepted, got {duration_s:.1f} s",
            duration_s=duration_s,
            limit_s=limit_s,
        )


class AudioTooLarge(AudioError):
    """The file has more bytes than allowed."""

    code = "audio_too_large"

    def __init__(self, size_bytes: int, limit_bytes: int) -> None:
        super().__init__(
            f"at most {limit_bytes} bytes are accepted, got {size_bytes} or more",
            size_bytes=size_bytes,
            limit_bytes=limit_bytes,
        )


class AudioTooManyChannels(AudioError):
    """The recording has more channels than a call has speakers."""

    code = "audio_too_many_channels"

    def __init__(self, channels: int, limit: int) -> None:
        super().__init__(
            f"at most {limit} channels are accepted, got {channels}",
            channels=channels,
            limit=limit,
        )


class EngineError(RecordingsError):
    """A recogniser failed."""

    code = "engine_failed"

    def __init__(self, engine: str, reason: str) -> None:
        super().__init__(f"{engine} failed: {reason}", engine=engine, reason=reason)


class EngineMissing(EngineError):
    """The recogniser's library is not installed or cannot be loaded."""

    code = "engine_missing"


class RecognitionCancelled(EngineError):
    """Recognition was stopped because the caller asked for it."""

    code = "recognition_cancelled"

    def __init__(self, engine: str) -> None:
        super().__init__(engine, "cancelled on request")


class ModelError(RecordingsError):
    """A speech model cannot be used."""

    code = "model_error"


class ModelIncomplete(ModelError):
    """The folder lacks files that every model of its layout has."""

    code = "model_incomplete"

    def __init__(self, folder: str, missing: Sequence[str]) -> None:
        super().__init__(
            f"{folder} is no complete speech model, missing: {', '.join(missing)}",
            folder=folder,
            missing=", ".join(missing),
        )


class ModelArchiveRefused(ModelError):
    """The archive cannot or must not be unpacked."""

    code = "model_archive_refused"

    def __init__(self, archive: str, reason: str) -> None:
        super().__init__(
            f"{archive} cannot be unpacked: {reason}", archive=archive, reason=reason
        )


class ModelHashMismatch(ModelError):
    """A file differs from the one that is officially published."""

    code = "model_hash_mismatch"

    def __init__(self, file: str, expected: str, got: str) -> None:
        super().__init__(
            f"{file} must have the hash {expected}, got {got}",
            file=file,
            expected=expected,
            got=got,
        )


class ModelUnknown(ModelError):
    """No model of that name is installed or offered for download."""

    code = "model_unknown"

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(
            f"no speech model {name!r}; there are: {', '.join(known) or 'none'}",
            name=name,
            known=", ".join(known),
        )


class ModelExists(ModelError):
    """A different model is already installed under the name."""

    code = "model_exists"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"another model is already installed as {name!r}; choose another name",
            name=name,
        )


class TranscriptInvalid(RecordingsError):
    """A transcript breaks its format."""

    code = "transcript_invalid"

    def __init__(self, where: str, expected: str, got: object) -> None:
        super().__init__(
            f"transcript: {where} must be {expected}, got {got!r}",
            where=where,
            expected=expected,
            got=repr(got),
        )


class RetentionInvalid(RecordingsError):
    """A retention policy keeps a kind of recording for less than a day."""

    code = "retention_invalid"

    def __init__(self, kind: str, days: int) -> None:
        super().__init__(
            f"recordings of kind {kind!r} must be kept for 1 day or more, got {days}",
            kind=kind,
            days=days,
        )


class StoreError(RecordingsError):
    """Sound cannot be kept or given back."""

    code = "store_error"


class RecordingMissing(StoreError):
    """The store has no such recording, or it was destroyed."""

    code = "recording_missing"

    def __init__(self, key: str) -> None:
        super().__init__(f"no recording {key} in the store", key=key)


class RecordingDamaged(StoreError):
    """Stored bytes fail their authentication or their hash."""

    code = "recording_damaged"

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(
            f"recording {key} is damaged: {reason}", key=key, reason=reason
        )


class MasterKeyUnknown(StoreError):
    """The recording was wrapped by a master key that was not given."""

    code = "master_key_unknown"

    def __init__(self, key: str, master_id: str) -> None:
        super().__init__(
            f"recording {key} needs the master key {master_id}, which was not given",
            key=key,
            master_id=master_id,
        )
