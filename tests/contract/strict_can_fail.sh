#!/bin/sh
# strict_can_fail.sh SCRIPT - a comparison that lets equal values pass is found, its look-alikes are not.
script=$1
root=$(mktemp -d) || exit 2
trap 'rm -rf "$root"' EXIT
mkdir -p "$root/tests/unit"
echo 'cr_assert(lt(dbl, 0, x)); weigt(a); s_gt(b);' > "$root/tests/unit/right.c"
output=$(sh "$script" "$root") || { echo "refused: $output"; exit 1; }
echo 'cr_assert(all(gt(dbl, x, 0)));' > "$root/tests/unit/wrong.c"
output=$(sh "$script" "$root") && { echo "gt was accepted"; exit 1; }
[ "$output" = "./unit/wrong.c:1:cr_assert(all(gt(dbl, x, 0)));" ] || { echo "found: $output"; exit 1; }
