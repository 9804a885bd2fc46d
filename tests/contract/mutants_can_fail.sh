#!/bin/sh
# mutants_can_fail.sh SCRIPT ROOT - old text that is gone, or there twice, and a change without a
# test, or with one that is not there, are found; text that a formatter broke anew is not.
script=$1 source=$2
command -v python3 >/dev/null || { echo "Skipped: python3 is needed to read the lists"; exit 77; }
root=$(mktemp -d) || exit 2
trap 'rm -rf "$root"' EXIT
mkdir -p "$root/host" "$root/tests/mutants" "$root/tests/unit"
: >"$root/tests/unit/test_a.c"
cp "$source/tests/mutants/mutants.py" "$root/tests/mutants"
entry() {
    printf '== small_change host/a.c\n%s\n- return x + 1;\n+ return x;\n' "$1" \
        >"$root/tests/mutants/list.txt"
}
refused() {
    output=$(sh "$script" "$root") && { echo "accepted: $1"; exit 1; }
    [ "$output" = "small_change: $2" ] || { echo "$1: found: $output"; exit 1; }
}
entry 'tests: unit.a'
printf 'return x +\n    1;\n' >"$root/host/a.c"
output=$(sh "$script" "$root") || { echo "refused: $output"; exit 1; }
printf 'return x + 2;\n' >"$root/host/a.c"
refused "text that is gone" "its old text is 0 times in host/a.c"
printf 'return x + 1;\nreturn x + 1;\n' >"$root/host/a.c"
refused "text that is there twice" "its old text is 2 times in host/a.c"
printf 'return x + 1;\n' >"$root/host/a.c"
entry ''
refused "a change without a test" "names no test"
entry 'tests: unit.a unit.b'
refused "a test that is not there" "there is no test unit.b"
