"""A table of calls, one queue event a row, as records: every bad line named."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.bank_calls import is_bank_layout, read_bank_calls
from forecasting.call_rows import CallRows, finish
from forecasting.calls import NO_PRIORITY, CallOutcome, CallRecords
from forecasting.columns import fold
from forecasting.errors import InvalidArgumentError
from forecasting.file_layout import ReadOptions
from forecasting.findings import LineCode, NoticeCode
from forecasting.instants import Moment
from forecasting.reading import Reading, Times
from forecasting.table import Table

Floats = NDArray[np.float64]

DAY_S = 86_400
CLOCK_SLACK_S = 1_800
SERVICE_PARTS = ("ring_s", "talk_s", "acw_s")
DURATIONS = ("wait_s", "service_s", *SERVICE_PARTS)

# Folded by columns.fold; within a field the first name present wins.
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "start": (
        *("enteredat", "entered", "queueentry", "queuestart", "qstart", "kuyrugagiris"),
        *("kuyrugagiriszamani", "giriszamani", "kuyrukgiris", "cagrizamani"),
        *("cagritarihi", "aramazamani", "datetime", "tarihsaat", "timestamp"),
        *("startedat", "start", "starttime", "calltime", "callstart", "calldate"),
        *("baslangic", "baslangiczamani", "arrival", "arrivaltime"),
    ),
    "date": ("tarih", "date", "gun", "day"),
    "time": ("saat", "time", "zaman"),
    "call_id": (
        *("callid", "id", "uniqueid", "contactid", "cagriid", "cagrino"),
        *("cagrinumarasi", "aramaid", "aramano", "kayitno", "cagrikimligi"),
    ),
    "queue": (
        *("queue", "kuyruk", "kuyrukadi", "queuename", "skill", "split", "servis"),
        *("hizmet", "grup", "group", "type", "calltype", "tip", "cagritipi"),
        *("cagrituru", "tur"),
    ),
    "priority": ("priority", "oncelik"),
    "wait_s": (
        *("waits", "wait", "waittime", "waitingtime", "bekleme", "beklemesuresi"),
        *("qtime", "queuetime", "timeinqueue", "kuyruksuresi", "kuyruktabekleme"),
        *("kuyruktabeklemesuresi", "waitseconds", "waitsec", "beklemesn"),
    ),
    "outcome": (
        *("outcome", "sonuc", "durum", "status", "disposition", "result"),
        *("cagrisonucu", "cagridurumu", "callresult"),
    ),
    "agent": (
        *("agent", "temsilci", "agentname", "agentid", "temsilciadi", "server"),
        *("musteritemsilcisi", "cagrimerkezitemsilcisi", "kullanici", "user"),
        *("dahili", "extension", "operator", "personel"),
    ),
    "service_s": (
        *("services", "service", "servicetime", "sertime", "handletime", "handles"),
        *("handlingtime", "aht", "ahts", "elealmasuresi", "islemsuresi"),
        *("hizmetsuresi", "servissuresi"),
    ),
    "ring_s": ("rings", "ring", "ringtime", "calmasuresi", "calma"),
    "talk_s": (
        *("talks", "talk", "talktime", "gorusmesuresi", "konusmasuresi", "gorusme"),
        *("konusma", "billsec", "duration", "callduration"),
    ),
    "acw_s": (
        *("acws", "acw", "acwtime", "wrapup", "wrapuptime", "cagrisonrasiis"),
        *("cagrisonrasiissuresi", "aftercallwork"),
    ),
    "answered_at": (
        *("answeredat", "answertime", "serstart", "servicestart"),
        *("cevaplanmazamani", "cevapzamani", "yanitlanmazamani", "connectedat"),
    ),
    "ended_at": (
        *("endedat", "endtime", "end", "callend", "serexit", "bitis", "bitiszamani"),
        *("kapanis", "kapanmazamani", "sonlanmazamani"),
    ),
}

OUTCOME_WORDS: Mapping[CallOutcome, tuple[str, ...]] = {
    CallOutcome.ANSWERED: (
        *("answered", "agent", "handled", "connected", "completed", "complete"),
        *("completeagent", "completecaller", "served", "cevaplandi", "cevaplanan"),
        *("cevapli", "karsilandi", "karsilanan", "yanitlandi", "yanitlanan"),
        *("gorusuldu", "tamamlandi", "basarili"),
    ),
    CallOutcome.ABANDONED: (
        *("abandoned", "abandon", "hang", "hangup", "hungup", "missed", "noanswer"),
        *("lost", "kacan", "kacti", "kacirildi", "kacirilan", "cevapsiz"),
        *("cevaplanmadi", "cevaplanamadi", "cevaplanmayan", "cevaplanamayan"),
        *("yanitlanmadi", "terk", "terketti", "terkedildi", "vazgecti", "kapatti"),
    ),
    CallOutcome.NOT_OFFERED: (
        *("notoffered", "ivr", "vru", "menu", "ivrabandoned", "abandonedivr"),
        *("menudekapandi", "menudekapatti", "ivrdekapandi", "ivrdekapatti"),
    ),
    CallOutcome.PHANTOM: ("phantom", "test", "hayalet"),
}
OUTCOME_OF = {word: kind for kind, words in OUTCOME_WORDS.items() for word in words}


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOptions(ReadOptions):
    """What the reader of a call file may say about it.

    Attributes:
        queue: name for the records of a file without a queue column.
        long_service_s: a service longer than this is noted, and kept.
    """

    queue: str = ""
    long_service_s: float = 4 * 3600.0

    def __post_init__(self) -> None:
        ReadOptions.__post_init__(self)
        if not self.long_service_s > 0.0:
            raise InvalidArgumentError("long_service_s", "above 0", self.long_service_s)


def read_calls(table: Table, options: CallOptions = CallOptions()) -> CallRecords:
    """Return the call records of a table, in a known layout or by its column names.

    By names: a call is answered, abandoned, never offered or a phantom by the word in
    its outcome column; without one, whoever has an agent or a service is answered and
    all others are abandoned. The wait is its column, else the time until the answer or
    the end. The service is its column, else ring, talk (with hold) and after-call work
    added up, else the time from answer to end.

    Raises:
        FileRefusedError: if there is no column for the time of entering the queue,
            none for the wait, or none to tell the outcome by.
    """
    if not options.columns and is_bank_layout(table):
        return read_bank_calls(table, options, long_service_s=options.long_service_s)
    reading = Reading(table, SYNONYMS, options)
    reading.require("start", "date")
    reading.require("wait_s", "answered_at", "ended_at")
    reading.require("outcome", "agent", "service_s", "answered_at", "talk_s")
    reading.expect_numbers(DURATIONS)
    queues = reading.texts("queue", options.queue)
    everything = [""] * reading.size
    times = reading.times("start", "date", "time", everything, CLOCK_SLACK_S)
    service_s = _service_s(reading)
    agents = reading.texts("agent")
    outcomes = _outcomes(reading, agents, service_s)
    wait_s = _wait_s(reading, times, outcomes)
    call_ids = reading.texts("call_id")
    priority = reading.counts("priority")
    rows = CallRows(
        utc_s=times.utc_s,
        identities=_identities(call_ids, queues, times),
        call_ids=call_ids,
        queues=queues,
        priorities=np.nan_to_num(priority, nan=NO_PRIORITY).astype(np.int64),
        outcomes=outcomes,
        wait_s=wait_s,
        service_s=service_s,
        agents=agents,
    )
    return finish(reading, rows, form="calls", long_service_s=options.long_service_s)


def _identities(
    call_ids: Iterable[str], queues: Iterable[str], times: Times
) -> list[tuple[object, ...] | None]:
    """Return number, queue and instant: a transferred call queues more than once."""
    rows = zip(call_ids, queues, times.utc_s.tolist(), strict=True)
    return [row if row[0] else None for row in rows]


def _outcomes(reading: Reading, agents: Sequence[str], service_s: Floats) -> list[str]:
    if "outcome" not in reading.columns:
        reading.note(NoticeCode.OUTCOME_DERIVED)
        answers = reading.texts("answered_at")
        has_service = (service_s > 0.0).tolist()
        reached = zip(agents, answers, has_service, strict=True)
        return [
            (CallOutcome.ANSWERED if any(row) else CallOutcome.ABANDONED).value
            for row in reached
        ]
    outcomes = []
    for row, word in enumerate(reading.texts("outcome")):
        outcome = OUTCOME_OF.get(fold(word))
        if outcome is None:
            code = LineCode.BAD_OUTCOME if word else LineCode.MISSING_VALUE
            reading.error(row, "outcome", code)
        outcomes.append((outcome or CallOutcome.NOT_OFFERED).value)
    return outcomes


def _service_s(reading: Reading) -> Floats:
    if "service_s" in reading.columns:
        return reading.durations("service_s")
    parts = [part for part in SERVICE_PARTS if part in reading.columns]
    if "talk_s" in parts:
        columns = tuple(reading.columns.names[part] for part in parts)
        reading.note(NoticeCode.AHT_FROM_PARTS, columns=columns)
        values = np.array([reading.durations(part) for part in parts])
        total: Floats = np.nansum(values, axis=0)
        return np.where(np.isnan(values).all(axis=0), np.nan, total)
    return _between(_clock_s(reading, "answered_at"), _clock_s(reading, "ended_at"))


def _wait_s(reading: Reading, times: Times, outcomes: Sequence[str]) -> Floats:
    """Return the waits; an offered call without one is a bad line."""
    if "wait_s" in reading.columns:
        field, wait_s = "wait_s", reading.durations("wait_s")
    else:
        answer_s, end_s = (
            _clock_s(reading, "answered_at"),
            _clock_s(reading, "ended_at"),
        )
        reached = np.where(np.isnan(answer_s), end_s, answer_s)
        field = "answered_at" if "answered_at" in reading.columns else "ended_at"
        wait_s = _between((times.local_s % DAY_S).astype(np.float64), reached)
    offered = {CallOutcome.ANSWERED.value, CallOutcome.ABANDONED.value}
    for row in np.flatnonzero(reading.is_good & np.isnan(wait_s)).tolist():
        if outcomes[row] in offered:
            reading.error(row, field, LineCode.MISSING_VALUE)
    return wait_s


def _clock_s(reading: Reading, field: str) -> Floats:
    """Return the local second of the day in a column, NaN where blank."""
    values = np.full(reading.size, np.nan)
    if field not in reading.columns:
        return values
    for row, moment in enumerate(reading.moments(field)):
        if isinstance(moment, Moment):
            values[row] = reading.local_s(moment) % DAY_S
        elif moment is not None:
            reading.error(row, field, moment)
    return values


def _between(begin_s: Floats, end_s: Floats) -> Floats:
    """Return the seconds from one clock reading to the next, over midnight too."""
    return (end_s - begin_s) % DAY_S
