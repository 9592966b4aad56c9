"""The sentences of what recordings refuses: sound, models, transcripts, the store."""

from webapp.i18n.marking import N_

RECORDINGS: dict[str, str] = {
    "recordings_error": N_("The recording cannot be used."),
    "audio_error": N_("The file cannot be heard."),
    "audio_empty": N_("The file holds no sound."),
    "audio_unknown": N_(
        "WAV, MP3, Ogg Opus, Ogg Vorbis, FLAC, AU or GSM was expected; the file begins "
        "with %(first_bytes)s. Export the call in one of these formats."
    ),
    "audio_broken": N_(
        "The %(container)s file is damaged (%(reason)s). Export the call again."
    ),
    "audio_truncated": N_(
        "The file should hold %(expected_s)s seconds of sound and ends after "
        "%(got_s)s. Copy it again."
    ),
    "audio_too_long": N_(
        "The call lasts %(duration_s)s seconds; at most %(limit_s)s are taken in."
    ),
    "audio_too_large": N_(
        "The file has %(size_bytes)s bytes; at most %(limit_bytes)s are taken in."
    ),
    "audio_too_many_channels": N_(
        "The file has %(channels)s channels; a call has at most %(limit)s."
    ),
    "engine_failed": N_("The speech recogniser %(engine)s failed: %(reason)s"),
    "engine_missing": N_(
        "The speech recogniser %(engine)s cannot be loaded: %(reason)s"
    ),
    "recognition_cancelled": N_("The transcription was cancelled."),
    "model_error": N_("The speech model cannot be used."),
    "model_incomplete": N_(
        "%(folder)s is no complete speech model; missing: %(missing)s."
    ),
    "model_archive_refused": N_(
        "%(archive)s is not unpacked: %(reason)s. Fetch it again from the official "
        "address."
    ),
    "model_hash_mismatch": N_(
        "%(file)s is not the file that was published: its hash should be %(expected)s "
        "and is %(got)s. Fetch it again."
    ),
    "model_unknown": N_("There is no speech model %(name)s; there are: %(known)s."),
    "model_exists": N_(
        "Another model is installed as %(name)s already; choose another name."
    ),
    "transcript_invalid": N_(
        "The transcript cannot be read: %(where)s must be %(expected)s; it is %(got)s."
    ),
    "retention_invalid": N_(
        "Recordings of the kind %(kind)s must be kept for a day at least; %(days)s "
        "was entered."
    ),
    "store_error": N_("The recording cannot be kept or given back."),
    "recording_missing": N_("The recording %(key)s is not in the store."),
    "recording_damaged": N_(
        "The recording %(key)s is damaged (%(reason)s). IT can bring it back from a "
        "backup."
    ),
    "master_key_unknown": N_(
        "The recording %(key)s needs the master key %(master_id)s, which is not in the "
        "keys folder. Put it back."
    ),
}
