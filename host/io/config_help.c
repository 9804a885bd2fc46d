#include "io/config.h"
#include "io/config_keys.h"

static const char help[] =
    "The configuration of a run is one YAML file. The smallest one:\n"
    "\n"
    "    hamiltonian: {operator: \"0.5*ad^2*a^2\"}\n"
    "    initial: {coherent: [2.0]}\n"
    "    output: {times: [0, 0.5, 1]}\n"
    "\n"
    "Every number may be a constant expression with the parameters of the hamiltonian, I, pi,\n"
    "sqrt, cos, sin and exp; quote it where YAML would read it otherwise: '1.3+1.5*I'.\n"
    "Any key may be given on the command line: qfp run FILE --set solver.tolerance=1e-10\n"
    "\n"
#define X(path, type, expected, fallback, example, meaning)                                        \
    path "\n    " meaning "\n    value:   " expected "\n    default: " fallback                    \
         "\n    example: " example "\n"
    QFP_CONFIG_KEYS(X)
#undef X
    ;

const char *qfp_config_help(void)
{
    return help;
}
