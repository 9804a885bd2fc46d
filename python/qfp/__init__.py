"""Files and runs of qfp, the program that evolves Husimi functions.

result = qfp.run({"hamiltonian": {"operator": "0.5*ad^2*a^2"}, "initial": {"coherent": [2.0]},
                  "output": {"times": [0, 1, 2]}})
result.husimi(1)                    # xarray, dimensions time, x, p
result.observables.n_1
qfp.open("kerr.h5").state()         # (array, levels); as_="qutip" for a Qobj
qfp.run(..., set={"initial": qfp.write_state("state.h5", qobj)})
"""

from ._errors import (
    ConfigError,
    DeviceError,
    Error,
    FileError,
    Interrupted,
    NumericalStop,
    OutOfMemory,
)
from ._program import plan, program, run, sample, steady, sweep
from ._result import Result, open
from ._states import write_state

__version__ = "0.1.0"
__all__ = [
    "ConfigError",
    "DeviceError",
    "Error",
    "FileError",
    "Interrupted",
    "NumericalStop",
    "OutOfMemory",
    "Result",
    "open",
    "plan",
    "program",
    "run",
    "sample",
    "steady",
    "sweep",
    "write_state",
]
