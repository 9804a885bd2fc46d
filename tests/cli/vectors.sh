#!/bin/bash
# vectors.sh PROGRAM - which kernels the program tells OpenBLAS to take, with an OpenBLAS that says what it took: a library
# before it, which writes down the environment of every start.  77 where the processor has no vectors to take.
set -euo pipefail
program=$1
grep -m 1 '^flags.* avx2 ' /proc/cpuinfo | grep ' fma ' >/dev/null || exit 77
if nm "$program" | grep __asan_init >/dev/null; then exit 77; fi # which has to come first itself
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cat >"$scratch/said.c" <<'END'
#include <stdio.h>
#include <stdlib.h>
char *openblas_get_corename(void) { return getenv("TOOK"); }
static void __attribute__((constructor)) say(void)
{
    const char *told = getenv("OPENBLAS_CORETYPE");
    FILE *file = fopen(getenv("SAID"), "a");
    fprintf(file, "%s ", told == NULL ? "nothing" : told[0] == '\0' ? "empty" : told);
    fclose(file);
}
END
"${CC:-cc}" -shared -fPIC -o "$scratch/said.so" "$scratch/said.c"
export SAID=$scratch/said
unset OPENBLAS_CORETYPE
# starts PATTERN ASSIGNMENT…: what each start of the program was told.
starts() {
    rm -f "$SAID"
    env "${@:2}" LD_PRELOAD="$scratch/said.so" "$program" run missing.yaml 2>/dev/null || true
    [[ $(cat "$SAID") =~ ^$1\ $ ]] || { echo "${*:2}: told '$(cat "$SAID")', not '$1'"; exit 1; }
}
starts 'nothing (SkylakeX|Haswell)' TOOK=Prescott
starts 'nothing (SkylakeX|Haswell)' TOOK=Cooperlake
starts 'empty (SkylakeX|Haswell)' TOOK=Cooperlake OPENBLAS_CORETYPE=
starts 'nothing' TOOK=Zen
starts 'Nehalem' TOOK=Prescott OPENBLAS_CORETYPE=Nehalem
