#!/bin/sh
# exports.sh LIBRARY HEADER… - the shared library exports the functions that the headers declare, and no
# other symbol.  Prints what is too much or missing; exit status 1 if anything is.
set -e
library=$1
shift
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for header; do
    "${CC:-cc}" -fpreprocessed -dD -E -P "$header" 2>/dev/null # without its comments
done | grep -v "^typedef" | grep -oE '\bqfp_[a-z0-9_]+\(' | tr -d '(' | sort -u >"$scratch/declared"
nm -D --defined-only "$library" | awk '{ sub(/@.*/, "", $NF); print $NF }' | sort -u >"$scratch/exported"
[ -s "$scratch/declared" ]
comm -23 "$scratch/declared" "$scratch/exported" | sed 's/$/ is declared and not exported/' >"$scratch/faults"
comm -13 "$scratch/declared" "$scratch/exported" | sed 's/$/ is exported and in no public header/' >>"$scratch/faults"
cat "$scratch/faults"
[ ! -s "$scratch/faults" ]
