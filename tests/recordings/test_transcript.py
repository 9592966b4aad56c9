import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.errors import TranscriptInvalid
from recordings.transcript import Speaker, Transcript, Word, group_turns
from tests.recordings.builders import said

AGENT_FIRST = (Speaker.AGENT, Speaker.CALLER)


def test_words_are_kept_in_the_order_of_their_start() -> None:
    transcript = Transcript(
        words=tuple(said("iyi günler", 5.0, 1) + said("alo", 1.0, 0)),
        duration_s=10.0,
        speakers=AGENT_FIRST,
    )

    assert transcript.text == "alo iyi günler"
    assert [w.text for w in transcript.words_of(Speaker.CALLER)] == ["iyi", "günler"]


def test_a_turn_ends_when_the_other_speaks_and_after_a_long_pause() -> None:
    words = said("bir iki", 0.0, 0) + said("evet", 1.0, 1) + said("üç", 2.0, 0)
    words += said("dört", 9.0, 0)

    turns = group_turns(words, AGENT_FIRST)

    assert [(turn.speaker, turn.text) for turn in turns] == [
        (Speaker.AGENT, "bir iki"),
        (Speaker.CALLER, "evet"),
        (Speaker.AGENT, "üç"),
        (Speaker.AGENT, "dört"),
    ]


def test_swapped_channels_are_put_right_without_touching_words() -> None:
    transcript = Transcript(
        words=tuple(said("alo")), duration_s=1.0, speakers=AGENT_FIRST
    )

    swapped = transcript.with_speakers(AGENT_FIRST[::-1])

    assert swapped.words == transcript.words
    assert swapped.turns[0].speaker is Speaker.CALLER


WORDS = st.builds(
    lambda text, start, length, confidence, channel: Word(
        text=text,
        start_s=start / 1000,
        end_s=(start + length) / 1000,
        confidence=confidence / 100,
        channel=channel,
    ),
    st.text("abcçığüşöi", min_size=1, max_size=8),
    st.integers(0, 60_000),
    st.integers(0, 900),
    st.integers(0, 100),
    st.integers(0, 1),
)


@given(st.lists(WORDS, max_size=20))
def test_json_gives_back_the_same_transcript(words: list[Word]) -> None:
    transcript = Transcript(
        words=tuple(words),
        duration_s=61.5,
        speakers=AGENT_FIRST,
        engine="vosk",
        engine_version="0.3.45",
        model_name="m",
        model_hash="h",
        provenance={"audio_sha256": "00", "blocks": 3, "exact": True, "note": None},
    )

    assert Transcript.from_json(transcript.to_json()) == transcript


def test_the_shortest_transcript_needs_only_words_with_times() -> None:
    text = json.dumps({"words": [{"text": "alo", "start_s": 1, "end_s": 1.5}]})

    transcript = Transcript.from_json(text)

    assert transcript.words == (Word(text="alo", start_s=1.0, end_s=1.5),)
    assert transcript.duration_s == 1.5
    assert transcript.speakers == (Speaker.UNKNOWN,)


SECOND = '{"text": "a", "start_s": 0, "end_s": 1, "channel": 1}'


@pytest.mark.parametrize(
    ("document", "where"),
    [
        ("{", "file"),
        ("[]", "file"),
        ("{}", "words"),
        ('{"format": "other/1", "words": []}', "format"),
        ('{"words": [3]}', "words[0]"),
        ('{"words": [{"start_s": 0, "end_s": 1}]}', "words[0].text"),
        ('{"words": [{"text": "a", "end_s": 1}]}', "start_s"),
        ('{"words": [{"text": "a", "start_s": "0", "end_s": 1}]}', "start_s"),
        ('{"words": [{"text": "a", "start_s": 2, "end_s": 1}]}', "times of 'a'"),
        ('{"words": [{"text": "a", "start_s": NaN, "end_s": 1}]}', "times of 'a'"),
        ('{"words": [], "speakers": ["boss"]}', "speakers"),
        ('{"words": [], "provenance": {"a": []}}', "provenance.a"),
        (f'{{"words": [{SECOND}], "speakers": ["agent"]}}', "channel"),
        (
            '{"words": [{"text": "a", "start_s": 0, "end_s": 9}], "duration_s": 3}',
            "duration_s",
        ),
    ],
)
def test_a_broken_transcript_is_refused_by_field(document: str, where: str) -> None:
    with pytest.raises(TranscriptInvalid) as refusal:
        Transcript.from_json(document)

    assert refusal.value.params["where"] == where
