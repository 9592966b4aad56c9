"""Which of espeak's voices teach the fixture model, and which are kept from it."""

from tests.speech.espeak import Voice

TRAINING = tuple(
    f"tr+{name}"
    for name in (
        "f1", "f3", "f4", "f5", "m1", "m2", "m4", "m5", "m6", "m7", "m8", "Annie",
        "Andy", "anika", "steph", "Denis", "Gene", "Hugo", "Jacky", "Marco", "Michael",
        "Nguyen", "adam", "aunty", "belinda", "caleb", "ed", "edward", "iven", "john",
        "linda", "marcelo", "max", "pablo", "paul", "rob", "sandro", "victor", "zac",
        "antonio", "announcer", "boris", "david", "edward2", "gustave", "Henrique",
        "iven2", "klatt2", "michel", "miguel", "pedro", "robert", "steph3",
    )
)  # fmt: skip

UNSEEN = tuple(
    f"tr{name}"
    for name in (
        "", "+f2", "+m3", "+Alex", "+Diogo", "+Mario", "+Mike", "+benjamin", "+fast",
        "+grandpa", "+iven3", "+klatt3", "+klatt4", "+klatt5", "+quincy", "+steph2",
    )
)  # fmt: skip


def unseen(name: str, rate: int, pitch: int) -> Voice:
    """Return a voice that the model never heard.

    Raises:
        ValueError: if the model was trained on it.
    """
    if name not in UNSEEN:
        raise ValueError(f"expected one of {', '.join(UNSEEN)}, got {name}")
    return Voice(name, rate=rate, pitch=pitch)
