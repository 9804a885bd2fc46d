"""What the program ends with, as exceptions."""


class Error(Exception):
    """A command of qfp that failed; its text is the program's sentence.

    `status` is the code of the program ("CONFIG", "IO", ...), `exit_status` what it ended with.
    `key`, `file`, `line` and `column` say where in the configuration, None where the sentence is
    about no place there; a configuration that was given as a dict has keys, and no file, lines or
    columns. `result` is the file with the times that a stopped run reached, or with the points of a
    sweep of which some failed; None where there is none.
    """

    result = None

    def __init__(
        self, message, status=None, exit_status=None, file=None, line=None, column=None, key=None
    ):
        super().__init__(message)
        self.message = message
        self.status = status
        self.exit_status = exit_status
        self.file = file
        self.line = line
        self.column = column
        self.key = key


class ConfigError(Error, ValueError):
    """The configuration, or how the command was called (exit status 2)."""


class NumericalStop(Error, ArithmeticError):
    """Refused or stopped for a numerical reason (exit status 3)."""


class FileError(Error, OSError):
    """A file that cannot be read, written or replaced (exit status 4)."""


class OutOfMemory(Error, MemoryError):
    """The problem is larger than the memory (exit status 4)."""


class DeviceError(Error, RuntimeError):
    """The device that was asked for is not there or failed (exit status 5)."""


class Interrupted(Error):
    """A signal ended the run after a step; the sentence says how to go on (exit status 128 +
    signal)."""


def kind_of(status, exit_status):
    """The class of a failure; `status` is None where the program ended without a document."""
    if status == "MEMORY":
        return OutOfMemory
    return {
        2: ConfigError,
        3: NumericalStop,
        4: FileError,
        5: DeviceError,
        129: Interrupted,
        130: Interrupted,
        143: Interrupted,
    }.get(exit_status, Error)
