#!/bin/sh
# quoted.sh ROOT - no text reaches gnuplot but through qfpi_gnuplot_quote: a source that writes commands for it
# (host/plot, and what includes plot/script.h) prints numbers by a format of its own and puts texts
# that stand in it, so it has no %s or %c, and no format or text from elsewhere; and no source of the host starts
# a shell.  Prints FILE:LINE and the statement; exit status 1 if any.
root=$1
cd "$root" || exit 2
sources=$({ find host/plot -name '*.c' 2> /dev/null; grep -rl '#include "plot/script.h"' host --include='*.c'; } |
          grep -v '/quote.c$' | sort -u)
[ -n "$sources" ] || { echo "no source writes commands for gnuplot"; exit 1; }
status=0
# Literals become L, S with a conversion that takes a text, and K for a character.
# shellcheck disable=SC2086
awk '
    FNR == 1 { statement = ""; inside = 0 }
    {
        rest = $0
        line = ""
        while (match(rest, /"([^"\\]|\\.)*"|\047([^\047\\]|\\.)*\047|\/\*|\*\//)) {
            token = substr(rest, RSTART, RLENGTH)
            if (!inside) line = line substr(rest, 1, RSTART - 1)
            rest = substr(rest, RSTART + RLENGTH)
            if (token == "/*") inside = 1
            else if (token == "*/") inside = 0
            else if (inside) continue
            else if (token ~ /^\047/) line = line "K"
            else if (gsub(/%%/, "", token) + 1) line = line (token ~ /%[-+ #0-9.*lhjzt]*[scn\[]/ ? "S" : "L")
        }
        if (!inside) line = line rest
        if (line ~ /^#/) next
        count = split(line, part, /[;{}]/)
        for (i = 1; i <= count; i++) {
            statement = statement " " part[i]
            if (i < count) { judge(statement); statement = "" }
        }
    }
    function judge(s) {
        if (match(s, /static const char \*const [a-z_]+\[/)) table[substr(s, RSTART + 25, RLENGTH - 26)] = FILENAME
        if (s !~ /(^|[^a-z_])(v?[fd]?printf|f?puts|f?putc|putchar|fwrite|write)\(/) return
        gsub(/ +/, " ", s)
        calls = gsub(/[^a-z_](v?[fd]?printf|f?puts|f?putc|putchar|fwrite|write)\(/, "&", s)
        while (gsub(/S [LS]|L S/, "S", s) + gsub(/L L/, "L", s)) continue
        if (calls == 1 && s ~ /[^a-z_]fprintf\([a-z]+, ([^,?]*\? )?L( : L)?[,)]/) return
        if (calls == 1 && s ~ /[^a-z_]fputs\(([^,?]*\? ?)?L( : L)?, [a-z]+\)/) return
        if (calls == 1 && s ~ /[^a-z_]fputc\(([^,?]*\? )?K( : K)?, [a-z]+\)/) return
        # a text of a table of constants of this file
        if (calls == 1 && match(s, /[^a-z_]fputs\([a-z_]+\[[a-z]+\], [a-z]+\)/) &&
            table[substr(s, RSTART + 7, index(substr(s, RSTART + 7), "[") - 1)] == FILENAME) return
        print FILENAME ":" FNR ":" s
        wrong = 1
    }
    END { exit wrong }' $sources || status=1
if grep -rnE '(^|[^a-z_])(system|popen|execlp?|execvpe?|wordexp)\(' host --include='*.[ch]'; then
    echo "a shell, or a program by its name, is started"
    status=1
fi
exit $status
