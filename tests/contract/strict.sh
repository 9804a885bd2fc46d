#!/bin/sh
# strict.sh ROOT - no test says gt(T, a, b): in Criterion 2.4 equal values pass it.  lt(T, b, a) does
# not let them.
root=$1
cd "$root/tests" || exit 2
! grep -rnE --include='*.[ch]' --include='*.cpp' '(^|[^_[:alnum:]])gt\(' .
