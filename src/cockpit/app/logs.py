"""Writes log lines: for people or as JSON on a stream, and as JSON in a file that rotates by size.

A disk or a terminal in trouble never disturbs the code that logs: the line is dropped, and
counted. Each process writes a file of its own, so that no two rotate the same one.
"""

import contextlib
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

import msgspec
import structlog
from structlog.typing import EventDict, FilteringBoundLogger, Processor, WrappedLogger

from cockpit.app.rotating_file import RotatingFile
from cockpit.app.settings import Logs
from cockpit.errors import OpsError


class Outputs:
    """The last processor: hands each line to the stream and to the file.

    Attributes:
        n_dropped: Lines that the stream or the file could not take.
    """

    def __init__(self, stream: TextIO, file: RotatingFile | None) -> None:
        self.n_dropped = 0
        self._stream = stream
        self._encoding = getattr(stream, "encoding", None) or "utf-8"
        self._for_people: list[Processor] | None = None
        self._for_machines = _for_machines()
        self._file = file

    def __call__(self, logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        """Write the line; nothing is left for structlog to do."""
        if self._file:
            line = _render(self._for_machines, logger, method, event)
            self._try(self._file.write, line)
        line = _render(self._for_people or self._for_machines, logger, method, event)
        self._try(self._to_stream, line)
        raise structlog.DropEvent

    def follow(self, settings: Logs) -> None:
        """Write by these settings from the next line on, in every logger of this process."""
        level = logging.getLevelNamesMapping()[settings.level.upper()]
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(level))
        logging.getLogger().setLevel(max(level, logging.WARNING))
        is_console = settings.format == "console" or (
            settings.format == "auto" and self._stream.isatty()
        )
        self._for_people = _for_people(self._stream) if is_console else None
        if self._file:
            self._file.bound(limit_bytes=settings.limit_bytes, files=settings.files)

    def close(self) -> None:
        """Close the file, and take stdlib logging off; the stream stays the caller's."""
        for handler in logging.getLogger().handlers[:]:
            if isinstance(handler, _FromStdlib):
                logging.getLogger().removeHandler(handler)
        if self._file:
            self._file.close()

    def _to_stream(self, line: str) -> None:
        # A terminal that knows only ASCII gets escapes, not an error.
        self._stream.write(line.encode(self._encoding, "backslashreplace").decode(self._encoding))
        self._stream.write("\n")
        self._stream.flush()

    def _try(self, write: Callable[[str], None], line: str) -> None:
        try:
            write(line)
        # ValueError: the stream was closed at the end of the process.
        except (OSError, ValueError):
            self.n_dropped += 1


def configure(settings: Logs, path: Path | None, stream: TextIO = sys.stderr) -> Outputs:
    """Set up structlog, and stdlib logging behind it, for this process; once, at its start.

    A line below the level costs about a microsecond. `Outputs.follow` changes the settings.

    Args:
        settings: Level, format, and the sizes of files.
        path: The file of this process, such as log/cockpit.log; None for none.
        stream: The terminal, or what stands for it.

    Raises:
        OpsError: The file cannot be opened.
    """
    outputs = Outputs(stream, _open(path, settings) if path else None)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            outputs,
        ],
        logger_factory=structlog.ReturnLoggerFactory(),
        # A logger that were kept would keep its level too.
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(handlers=[_FromStdlib()], force=True)
    outputs.follow(settings)
    return outputs


class _FromStdlib(logging.Handler):
    """Brings the lines of libraries, which use stdlib logging, to the same places.

    SECURITY: what an action logs belongs to the output of its job, where secrets are hidden.
    """

    def emit(self, record: logging.LogRecord) -> None:
        # Where actions run, a robot's stream stands in for standard error.
        output = getattr(sys.stderr, "output", None)
        if output is not None:
            output.write(f"{self.format(record)}\n")
            return
        logger: FilteringBoundLogger = structlog.get_logger()
        logger.log(
            record.levelno, record.getMessage(), logger=record.name, exc_info=record.exc_info
        )


def _open(path: Path, settings: Logs) -> RotatingFile:
    try:
        return RotatingFile(path, limit_bytes=settings.limit_bytes, files=settings.files)
    except OSError as error:
        raise OpsError(f"cannot open {path}: {error.strerror}") from error


def _render(chain: list[Processor], logger: WrappedLogger, method: str, event: EventDict) -> str:
    line: Any = dict(event)
    for processor in chain:
        line = processor(logger, method, line)
    return str(line)


def _for_people(stream: TextIO) -> list[Processor]:
    return [
        structlog.processors.TimeStamper("%H:%M:%S", utc=False),
        structlog.dev.ConsoleRenderer(
            colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback
        ),
    ]


def _for_machines() -> list[Processor]:
    return [
        structlog.processors.TimeStamper("iso", utc=True),
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(_json),
    ]


def _json(event: EventDict, **_: Callable[[Any], Any]) -> str:
    """Write any value: what JSON does not know is shown by its repr."""
    with contextlib.suppress(TypeError, ValueError):
        return msgspec.json.encode(event, enc_hook=repr).decode()
    return msgspec.json.encode({key: repr(value) for key, value in event.items()}).decode()
