#!/bin/sh
# exports_can_fail.sh EXPORTS - the check finds a function that is not exported, and one too many.
set -e
exports=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cat >"$scratch/a.h" <<END
/* qfp_only_spoken_of() */
int qfp_there(void);
END
echo 'int qfp_there(void); int qfp_there(void) { return 0; }' >"$scratch/a.c"
build() { "${CC:-cc}" -shared -fPIC -o "$scratch/a.so" "$scratch/a.c"; }
build
sh "$exports" "$scratch/a.so" "$scratch/a.h"
refuses() { if sh "$exports" "$scratch/a.so" "$scratch/a.h" >"$scratch/out"; then return 1; fi; }
echo 'int qfp_missing(int a);' >>"$scratch/a.h"
refuses
grep -q 'qfp_missing is declared and not exported' "$scratch/out"
echo 'int qfp_missing(int a); int qfp_missing(int a) { return a; } int surplus;' >>"$scratch/a.c"
build
refuses
grep -qx 'surplus is exported and in no public header' "$scratch/out"
