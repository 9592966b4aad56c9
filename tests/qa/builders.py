"""Calls and forms in a line or two, for the tests of quality."""

from collections.abc import Sequence

from qa.forms import Form
from qa.heard import Heard
from recordings.transcript import Speaker, Transcript, Word

WORD_S, GAP_S, TURN_S = 0.35, 0.05, 0.5
TWO_CHANNELS = (Speaker.AGENT, Speaker.CALLER)
MONO = (Speaker.UNKNOWN,)


def call(
    *lines: str | float,
    speakers: Sequence[Speaker] = TWO_CHANNELS,
    confidence: float = 0.9,
) -> Transcript:
    """Return a call of lines such as `agent: iyi günler`; a number is a pause in s."""
    now_s, words = 0.2, []
    for line in lines:
        if isinstance(line, int | float):
            now_s += line
            continue
        who, _, text = line.partition(":")
        channel = 1 if who == "caller" and len(speakers) > 1 else 0
        for word in text.split():
            end_s = now_s + WORD_S
            words.append(
                Word(
                    text=word,
                    start_s=now_s,
                    end_s=end_s,
                    confidence=confidence,
                    channel=channel,
                )
            )
            now_s = end_s + GAP_S
        now_s += TURN_S
    return Transcript(
        words=tuple(words), duration_s=now_s + 1.0, speakers=tuple(speakers)
    )


def heard(text: str) -> Heard:
    """Return the words of a text as one stream."""
    return Heard(call(f"agent: {text}").words)


def one_item_form(check: str, steps: str, *, extra: str = "") -> Form:
    """Return a form with the one item `asked`, its check and steps in YAML flow."""
    return Form.from_yaml(
        f"""
        form: test
        version: 1
        title: Deneme
        steps: {steps}
        sections:
          - key: only
            title: Tek bölüm
            items:
              - {{key: asked, title: Soru, check: {check}{extra}}}
        """
    )
