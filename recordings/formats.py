"""Which audio format a file has, told by its bytes and never by its name."""

import struct
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

from recordings.errors import AudioBroken, AudioEmpty, AudioTruncated, AudioUnknown

GSM_FRAME_BYTES = 33
"""One frame of raw GSM 06.10: 160 samples at 8 kHz, first nibble 0xD."""

_LENGTH_UNKNOWN = 0xFFFFFFFF
_OGG_PAGE_MAX_BYTES = 65_307
_OGG_LAST_PAGE = 0x04


class Container(StrEnum):
    """The formats that are read here."""

    WAV = "WAV"
    MP3 = "MP3"
    OGG = "Ogg"
    FLAC = "FLAC"
    AU = "AU"
    GSM = "GSM"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sniffed:
    """What the bytes say before anything is decoded.

    Attributes:
        container: the format.
        size_bytes: of the whole file.
    """

    container: Container
    size_bytes: int


def sniff(file: BinaryIO) -> Sniffed:
    """Return the format of a seekable file, left at its start.

    Raises:
        AudioEmpty: if it has no bytes.
        AudioUnknown: if its bytes are of no format that is read here.
        AudioTruncated, AudioBroken: if the container ends too early.
    """
    size = file.seek(0, 2)
    file.seek(0)
    head = file.read(GSM_FRAME_BYTES * 32)
    if not head:
        raise AudioEmpty
    container = _container(head)
    if container is Container.WAV:
        _check_wav_is_whole(file, size)
    elif container is Container.OGG:
        _check_ogg_is_whole(file, size)
    file.seek(0)
    return Sniffed(container=container, size_bytes=size)


def _container(head: bytes) -> Container:
    if head[:4] in (b"RIFF", b"RIFX", b"RF64") and head[8:12] == b"WAVE":
        return Container.WAV
    if head[:4] == b"OggS":
        return Container.OGG
    if head[:4] == b"fLaC":
        return Container.FLAC
    if head[:4] == b".snd":
        return Container.AU
    if head[:3] == b"ID3" or _is_mp3_frame(head):
        return Container.MP3
    starts = head[::GSM_FRAME_BYTES]
    if len(head) >= GSM_FRAME_BYTES and all(byte >> 4 == 0xD for byte in starts):
        return Container.GSM
    raise AudioUnknown(head)


def _is_mp3_frame(head: bytes) -> bool:
    """Tell whether an MPEG audio layer III frame begins here (ISO 11172-3, 2.4.1.3)."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bit_rate, sample_rate = head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and layer == 1 and bit_rate not in (0, 15) and sample_rate != 3


def _check_wav_is_whole(file: BinaryIO, size: int) -> None:
    """Refuse a WAV file whose sound is shorter than its header says.

    A length of all ones announces nothing: streams are written so, and RF64, which
    keeps its lengths elsewhere. A length of 0 before sound was never filled in.
    """
    file.seek(0)
    order = ">" if file.read(4) == b"RIFX" else "<"
    position, bytes_a_second = 12, 0
    while position + 8 <= size:
        file.seek(position)
        name, length = struct.unpack(f"{order}4sI", file.read(8))
        if name == b"fmt " and length >= 16:
            fields = file.read(16)
            if len(fields) == 16:
                bytes_a_second = struct.unpack(f"{order}HHIIHH", fields)[3]
        elif name == b"data":
            here = size - position - 8
            _check_data_length(length, here, bytes_a_second)
            return
        position += 8 + length + length % 2
    raise AudioBroken(Container.WAV, "it has no data chunk")


def _check_data_length(announced: int, here: int, bytes_a_second: int) -> None:
    if announced == 0 and here == 0:
        raise AudioEmpty
    if announced == 0:
        raise AudioBroken(Container.WAV, "the length in its header was never written")
    if announced != _LENGTH_UNKNOWN and announced > here:
        rate = max(bytes_a_second, 1)
        raise AudioTruncated(announced / rate, here / rate)


def _check_ogg_is_whole(file: BinaryIO, size: int) -> None:
    """Refuse an Ogg file whose last page does not end the stream (RFC 3533, 6)."""
    file.seek(max(0, size - _OGG_PAGE_MAX_BYTES))
    tail = file.read()
    last = tail.rfind(b"OggS")
    if last < 0 or last + 27 > len(tail):
        raise AudioBroken(Container.OGG, "its last page is cut off")
    segments = tail[last + 26]
    table = tail[last + 27 : last + 27 + segments]
    whole = last + 27 + segments + sum(table) <= len(tail)
    if not whole or not tail[last + 5] & _OGG_LAST_PAGE:
        raise AudioBroken(Container.OGG, "its last page is cut off")
