#!/bin/sh
# sizes_can_fail.sh SCRIPT - of files of 450 and 451 lines the second is found.
script=$1
root=$(mktemp -d) || exit 2
trap 'rm -rf "$root"' EXIT
mkdir -p "$root/host/io" "$root/build-dev"
seq 450 > "$root/host/io/right.c"
seq 451 > "$root/build-dev/built.c"
output=$(sh "$script" "$root") || { echo "refused: $output"; exit 1; }
seq 451 > "$root/host/io/wrong.h"
output=$(sh "$script" "$root") && { echo "451 lines were accepted"; exit 1; }
[ "$output" = "./host/io/wrong.h: 451 lines" ] || { echo "found: $output"; exit 1; }
