"""The data of components/gallery.html: a day and week of a centre, a call, and more."""

import io
import math
import wave
from datetime import date
from typing import Any

import numpy as np
from markupsafe import Markup

# JSON as the templates carry it; its shape is at the top of each element's script.
Json = dict[str, Any]

NAMES = (
    "Ayşe Yılmaz",
    "Mehmet Kaya",
    "Fatma Demir",
    "Ali Çelik",
    "Zeynep Şahin",
    "İbrahim Kılıç",
    "Ayşegül Yıldırımoğlu",
    "Ömer Şimşek",
    "Hülya Erdoğan",
    "Uğur Avcı",
    "Songül Aktaş",
    "Gökhan Tekin",
)
DAYS = ("Pzt 2", "Sal 3", "Çar 4", "Per 5", "Cum 6", "Cmt 7", "Paz 8")
LUNCHES = {7: 5, 8: 6, 9: 6, 10: 5, 11: 4}
CALL_S = 60
SAMPLE_RATE = 8000
SPOKEN = (
    ("Temsilci", 0, 0, "Çağrı merkezi hoş geldiniz ben Ayşe buyurun", "good", "open"),
    ("Arayan", 1, 8, "iyi günler emlak borcumu öğrenmek istiyorum", "", ""),
    ("Temsilci", 0, 18, "tabii numaranızı alabilir miyim", "", ""),
    ("Arayan", 1, 26, "*** *** *** **", "bad", "number"),
    ("Temsilci", 0, 50, "aradığınız için teşekkür ederiz", "good", "close"),
)


def clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def coverage(*, shortfall: int = 3) -> Json:
    """Return a day in half hours that is short at 11:30 and 12:00 only."""
    intervals = []
    for index in range(20):
        start = 480 + 30 * index
        morning = 16 * math.exp(-(((index - 5) / 4) ** 2))
        afternoon = 12 * math.exp(-(((index - 13) / 3.5) ** 2))
        required = round(8 + morning + afternoon)
        spare = (1, 0, 2, 0, 1)[index % 5]
        staffed = required - shortfall if index in {7, 8} else required + spare
        intervals.append(
            {
                "from": clock(start),
                "to": clock(start + 30),
                "required": required,
                "staffed": staffed,
                "lunch": LUNCHES.get(index, 0),
                "break": 1 if index % 3 == 0 else 0,
                "level": min(0.99, 0.8 + 0.045 * (staffed - required)),
            }
        )
    return {"intervals": intervals, "now": "11:40"}


def _bars(person: int, day: int, *, is_week: bool) -> list[Json]:
    midnight = day * 1440
    key = f"{person}-{day}"
    if day >= 5 and person % 4:
        return []
    if (person * 7 + day) % 13 == 5:
        times = {"start": midnight + 480, "end": midnight + 1020}
        return [{"id": f"v{key}", "kind": "leave", "text": "yıllık izin", **times}]
    start = midnight + 480 + 30 * ((person + day) % 4)
    lunch = midnight + 690 + 30 * (person % 4)
    parts: list[Json] = [
        {
            "id": f"l{key}",
            "kind": "lunch",
            "start": lunch,
            "end": lunch + 30,
            "text": f"yemek {clock(lunch)}",
            "movable": not is_week,
            "fixed": person == 6,
        }
    ]
    if not is_week:
        pause = {"start": start + 120, "end": start + 135, "text": "mola"}
        parts.append({"id": f"b{key}", "kind": "break", **pause})
    return [
        {
            "id": f"s{key}",
            "kind": "shift",
            "start": start,
            "end": start + 540,
            "text": f"{clock(start)}–{clock(start + 540)}",
            "movable": not is_week,
            "breaches": ["11 saat dinlenme yok"] if person == 3 and day == 0 else [],
            "parts": parts,
        }
    ]


def timeline(people: int, *, is_week: bool = False) -> Json:
    """Return a day or a week of that many people."""
    days = range(7 if is_week else 1)
    windows: list[Json] = [{"start": 450, "end": 1200}]
    if is_week:
        windows = [
            {"start": d * 1440 + 420, "end": d * 1440 + 1200, "label": f"{DAYS[d]} Mar"}
            for d in days
        ]
    rows = [
        {
            "id": person,
            "name": NAMES[person % len(NAMES)],
            "note": "Emlak" if person % 3 == 0 else "",
            "bars": [bar for d in days for bar in _bars(person, d, is_week=is_week)],
        }
        for person in range(people)
    ]
    return {"step": 15, "windows": windows, "now": 700, "people": rows}


def forecast() -> Json:
    """Return sixty days, the last eighteen of them ahead."""
    ahead = [(200 if d % 7 > 4 else 1200) + 80 * math.sin(d / 5) for d in range(60)]
    actual = [round(v + 60 * math.sin(d * 2.1)) for d, v in enumerate(ahead)]
    labels = [f"{d % 30 + 1:02d}.{d // 30 + 1:02d}" for d in range(60)]
    return {
        "kind": "lines",
        "x": labels,
        "unit": "çağrı",
        "zoom": True,
        "series": [
            {
                "name": "Gerçekleşen",
                "role": "actual",
                "values": [v if d < 42 else None for d, v in enumerate(actual)],
            },
            {"name": "Tahmin", "role": "main", "values": [round(v) for v in ahead]},
        ],
        "band": {
            "name": "Olası aralık",
            "low": [round(v * 0.9) if d >= 42 else None for d, v in enumerate(ahead)],
            "high": [round(v * 1.1) if d >= 42 else None for d, v in enumerate(ahead)],
        },
        "marks": [{"x": labels[25], "label": "MTV son gün"}],
    }


def heat() -> Json:
    """Return calls by weekday and half hour, one of them unknown."""
    values: list[list[int | None]] = [
        [round(40 - 4 * day + 20 * math.sin(slot / 3)) for slot in range(20)]
        for day in range(5)
    ]
    values[4][19] = None
    columns = [clock(480 + 30 * slot) for slot in range(20)]
    rows = ["Pzt", "Sal", "Çar", "Per", "Cum"]
    return {
        "kind": "heat",
        "unit": "çağrı",
        "columns": columns,
        "rows": rows,
        "values": values,
    }


def _loudness(channel: int) -> list[float]:
    seconds = np.linspace(0, CALL_S, 600)
    speaks = (seconds % 16 < 7) if channel == 0 else (seconds % 16 > 8)
    return [round(float(v), 3) for v in np.abs(np.sin(seconds * 3.1)) * speaks]


def call() -> Json:
    """Return a call's channels and findings."""
    return {
        "duration_s": CALL_S,
        "channels": [
            {"name": "Temsilci", "peaks": _loudness(0)},
            {"name": "Arayan", "peaks": _loudness(1)},
        ],
        "marks": [
            _mark("open", 0.3, 2.1, "good", "Açılış anonsu"),
            _mark("number", 26.3, 28, "bad", "Numara söylendi"),
            _mark("hold", 30, 49, "warn", "Uzun sessizlik"),
            _mark("close", 50.3, 52, "good", "Kapanış"),
        ],
    }


def _mark(key: str, start_s: float, end_s: float, kind: str, label: str) -> Json:
    return {
        "id": key,
        "start_s": start_s,
        "end_s": end_s,
        "kind": kind,
        "label": label,
    }


def turns() -> list[Json]:
    """Return the call's words, one every 0.45 s."""
    told = []
    for speaker, channel, start, text, mark, mark_id in SPOKEN:
        words = [
            {
                "text": word,
                "start_s": round(start + 0.3 + 0.45 * n, 2),
                "end_s": round(start + 0.7 + 0.45 * n, 2),
                "is_unsure": n == 5,
                "mark": mark if n < 4 else "",
                "mark_id": mark_id,
            }
            for n, word in enumerate(text.split())
        ]
        told.append(
            {"speaker": speaker, "channel": channel, "start_s": start, "words": words}
        )
    return told


def sound() -> bytes:
    """Return the call as a WAV file of two channels."""
    seconds = np.arange(CALL_S * SAMPLE_RATE) / SAMPLE_RATE
    agent = np.sin(seconds * 900) * (seconds % 16 < 7)
    caller = np.sin(seconds * 1300) * (seconds % 16 > 8)
    samples = (np.stack([agent, caller], axis=1) * 9000).astype("<i2")
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(2)
        written.setsampwidth(2)
        written.setframerate(SAMPLE_RATE)
        written.writeframes(samples.tobytes())
    return file.getvalue()


def requests() -> list[Json]:
    """Return leave requests whose Turkish names sort Ç before İ before Ş."""
    people = (
        ("Şerife Kurt", 10, 20, 3, "good", "onaylandı"),
        ("İbrahim Kılıç", 5, 3, -2, "warn", "iade edildi"),
        ("Ayşe Yılmaz", 5, 14, 3, "info", "bekliyor"),
        ("Çiğdem Ünal", 2, 8, 1, "bad", "reddedildi"),
    )
    chip = '<span class="chip is-{}">{}</span>'
    return [
        {
            "name": name,
            "_url": "#request",
            "_kind": "short" if net < 0 else "",
            "days": "16–20.03.2026",
            "count": {"text": str(count), "value": count},
            "left": {"text": str(left), "value": left},
            "net": {"text": f"{net:+d}", "value": net, "kind": "short" * (net < 0)},
            "state": Markup(chip).format(kind, state),
            "do": Markup('<a class="btn small" href="#request">İncele</a>'),
        }
        for name, count, left, net, kind, state in people
    ]


def gallery(*, week_people: int) -> Json:
    """Return everything that the gallery shows, a week of so many people in it."""
    return {
        "teams": [(1, "Emlak"), (2, "Muhasebe")],
        "day": date(2026, 3, 2),
        "coverage": coverage(),
        "timeline": timeline(12),
        "week": timeline(week_people, is_week=True),
        "forecast": forecast(),
        "heat": heat(),
        "audio_url": "/gallery/call.wav",
        "call": call(),
        "turns": turns(),
        "requests": requests(),
    }
