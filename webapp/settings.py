"""Settings, read once from VARDIYA_* names; nothing else reads the environment."""

import dataclasses
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

PREFIX = "VARDIYA_"


class SettingsError(ValueError):
    """Some settings cannot be used; the message names every one of them."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("settings refused:\n" + "\n".join(f"- {p}" for p in problems))


def _whole(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            raise ValueError(f"expected a whole number, got {text!r}") from None
        if not least <= value <= most:
            raise ValueError(f"expected {least} to {most}, got {value}")
        return value

    return parse


def _switch(text: str) -> bool:
    known = {"1": True, "true": True, "yes": True, "0": False, "false": False}
    known["no"] = False
    if text.lower() not in known:
        raise ValueError(f"expected 1/0, true/false or yes/no, got {text!r}")
    return known[text.lower()]


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(
            f"expected a time zone such as Europe/Istanbul, got {text!r}"
        ) from None
    return text


def _choice(*allowed: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"expected one of {', '.join(allowed)}, got {text!r}")
        return text

    return parse


def _database(text: str) -> str:
    if not text.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError(
            "expected sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME, "
            f"got {text.rsplit('@', maxsplit=1)[-1]!r}"
        )
    return text


def _about(
    parse: Callable[[str], object], meaning: str, shown: str | None = None
) -> dict[str, object]:
    return {"parse": parse, "meaning": meaning, "shown": shown}


def _home() -> Path:
    return Path.home() / ".local" / "share" / "vardiya"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything a site may choose; `from_env` fills it from VARDIYA_* names."""

    data_dir: Path = field(
        default_factory=_home,
        metadata=_about(
            Path,
            "folder for the SQLite file, recordings and speech models",
            "~/.local/share/vardiya",
        ),
    )
    database_url: str = field(
        default="",
        metadata=_about(
            _database,
            "database; sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME",
            "SQLite in the data folder",
        ),
    )
    keys_dir: Path | None = field(
        default=None,
        metadata=_about(
            Path,
            "folder of the session key and the recordings' master key; made at first "
            "start, kept out of backups",
            "`keys` in the data folder",
        ),
    )
    zone: str = field(
        default="Europe/Istanbul",
        metadata=_about(_zone, "local time zone of the centre"),
    )
    locale: str = field(
        default="tr", metadata=_about(_choice("tr", "en"), "language before log-in")
    )
    host: str = field(
        default="127.0.0.1",
        metadata=_about(str, "address the web process listens on"),
    )
    port: int = field(
        default=8000,
        metadata=_about(_whole(1, 65535), "port the web process listens on"),
    )
    web_threads: int = field(
        default=8, metadata=_about(_whole(1, 256), "threads of the web process")
    )
    behind_proxy: bool = field(
        default=False,
        metadata=_about(_switch, "trust one reverse proxy's X-Forwarded-* headers"),
    )
    secure_cookies: bool = field(
        default=False,
        metadata=_about(
            _switch, "send cookies over HTTPS only and ask browsers for HTTPS"
        ),
    )
    session_hours: int = field(
        default=12,
        metadata=_about(_whole(1, 720), "hours after which an unused log-in ends"),
    )
    max_upload_mb: int = field(
        default=256,
        metadata=_about(_whole(1, 4096), "largest file a person may upload, in MB"),
    )
    watch_dir: Path | None = field(
        default=None,
        metadata=_about(
            Path, "folder watched for new recordings; none if unset", "none"
        ),
    )
    planning_slots: int = field(
        default=1,
        metadata=_about(
            _whole(1, 64), "forecasts and rotas a worker computes at a time"
        ),
    )
    speech_slots: int = field(
        default=1,
        metadata=_about(_whole(1, 64), "recordings a worker transcribes at a time"),
    )
    solver_threads: int = field(
        default=2, metadata=_about(_whole(1, 64), "threads of one rota solve")
    )
    rota_seconds: int = field(
        default=25,
        metadata=_about(_whole(1, 3600), "seconds that one rota solve may take"),
    )
    log_level: str = field(
        default="info",
        metadata=_about(
            _choice("debug", "info", "warning", "error"), "least level logged"
        ),
    )
    demo: bool = field(
        default=False,
        metadata=_about(
            _switch, "this is the demo centre: show its log-ins on the first page"
        ),
    )

    @property
    def url(self) -> str:
        """The database's URL, the data folder's SQLite file if none is set."""
        return self.database_url or f"sqlite:///{self.data_dir / 'vardiya.db'}"

    @property
    def keys(self) -> Path:
        """The folder of keys."""
        return self.keys_dir or self.data_dir / "keys"

    @property
    def recordings(self) -> Path:
        """The folder of encrypted recordings."""
        return self.data_dir / "recordings"

    @property
    def models(self) -> Path:
        """The folder of installed speech models."""
        return self.data_dir / "models"

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Return the settings named in `environ`, defaults for the rest.

        Raises:
            SettingsError: naming every unknown name and unusable value at once.
        """
        known = {PREFIX + f.name.upper(): f for f in dataclasses.fields(cls)}
        given = {k: v for k, v in environ.items() if k.startswith(PREFIX)}
        problems = [
            f"{name}: there is no such setting; see the README's table"
            for name in sorted(given.keys() - known.keys())
        ]
        values: dict[str, object] = {}
        for name in sorted(given.keys() & known.keys()):
            try:
                values[known[name].name] = known[name].metadata["parse"](given[name])
            except ValueError as error:
                problems.append(f"{name}: {error}")
        if problems:
            raise SettingsError(problems)
        return cls(**values)  # type: ignore[arg-type]

    @classmethod
    def table(cls) -> list[tuple[str, str, str]]:
        """Return (name, default, meaning) of every setting, for the README."""
        rows = []
        for f in dataclasses.fields(cls):
            default = f.metadata["shown"]
            if default is None:
                default = str(f.default)
            rows.append((PREFIX + f.name.upper(), default, f.metadata["meaning"]))
        return rows


def load() -> Settings:
    """Return the settings of this process's environment.

    Raises:
        SettingsError: naming every unknown name and unusable value at once.
    """
    return Settings.from_env(os.environ)  # noqa: TID251 - the one place
