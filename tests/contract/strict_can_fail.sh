#!/bin/sh
# strict_can_fail.sh SCRIPT - what passes without looking is found, its look-alikes are not.
script=$1
root=$(mktemp -d) || exit 2
trap 'rm -rf "$root"' EXIT
mkdir -p "$root/tests/unit"
echo 'cr_assert(lt(dbl, 0, x)); weigt(a); s_gt(b);' > "$root/tests/unit/right.c"
printf '%s\n' 'set -euo pipefail' 'a | grep q >/dev/null' 'grep -q b file || grep -q c file' > "$root/right.sh"
echo 'a | grep -q b' > "$root/no_pipefail.sh"
output=$(sh "$script" "$root") || { echo "refused: $output"; exit 1; }
echo 'cr_assert(all(gt(dbl, x, 0)));' > "$root/tests/unit/wrong.c"
output=$(sh "$script" "$root") && { echo "gt was accepted"; exit 1; }
[ "$output" = "tests/unit/wrong.c:1:cr_assert(all(gt(dbl, x, 0)));" ] || { echo "found: $output"; exit 1; }
rm "$root/tests/unit/wrong.c"
printf '%s\n' 'set -euo pipefail' 'a | grep -xq b' > "$root/wrong.sh"
output=$(sh "$script" "$root") && { echo "grep -q was accepted"; exit 1; }
[ "$output" = "./wrong.sh:2:a | grep -xq b" ] || { echo "found: $output"; exit 1; }
