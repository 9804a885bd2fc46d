#!/bin/sh
# format_can_fail.sh SCRIPT ROOT - one line clang-format would move is found; a comment it could
# reflow is left alone.
script=$1
root=$(mktemp -d) || exit 2
trap 'rm -rf "$root"' EXIT
cp "$2/.clang-format" "$root" || exit 2
mkdir "$root/host"
printf '/* %s,\n * a = 1 */\nint right;\n' "$(seq -s ' + ' 50)" > "$root/host/right.c"
output=$(sh "$script" "$root" 2>&1)
status=$?
[ $status -ne 77 ] || { echo "$output"; exit 77; }
[ $status -eq 0 ] || { echo "refused: $output"; exit 1; }
printf 'int  wrong;\n' > "$root/host/wrong.c"
output=$(sh "$script" "$root" 2>&1) && { echo "two spaces were accepted"; exit 1; }
case $output in
*host/wrong.c:1:*) ;;
*) echo "not found: host/wrong.c:1"; exit 1 ;;
esac
