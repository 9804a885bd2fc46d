# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with visit.sh
# report.sh - sourced by visit.sh, which sets report, archive, running (the log of the step at work),
# work, limit: one Markdown report, written as it goes.

say() { printf '%s\n' "$@" | tee -a "$report"; }
left() { echo $((limit - reserve - SECONDS)); }
reserve=0 # seconds kept for the steps still to come
declare -a summary=()
failed=0

# settle NAME RESULT SECONDS: into the summary and into the record that a later call reads.
settle() {
    summary+=("| $1 | ${2//|/\\|} | $3 |") # Criterion's last line has bars of its own
    case $2 in passed*) ;; *) failed=1 ;; esac
    touch "$work/results"
    { grep -v "^$1 " "$work/results"; echo "$1 ${2%%[ :,]*}"; } >"$work/results.part"
    mv "$work/results.part" "$work/results"
    archive_logs
}

# Every log so far in one file, replaced in one go.
archive_logs() {
    cp "$report" "$logs/report.md"
    if command -v tar >/dev/null 2>&1; then
        tar -C "$logs" -czf "$archive.part" . && mv "$archive.part" "$archive"
    else
        python3 -c 'import sys, tarfile
tarfile.open(sys.argv[1], "w:gz").add(sys.argv[2], ".")' "$archive.part" "$logs" &&
            mv "$archive.part" "$archive"
    fi
}

heading() { say "" "## $1" ""; }

# not_run NAME SENTENCE
not_run() {
    heading "$1"
    say "**NOT RUN**: $2."
    settle "$1" "NOT RUN: $2" 0
}

# How programs say that there is no device.  Exit status 5 does not say it: every error of a kernel
# ends with that, and is a failure.
without_device='no NVIDIA (driver|device)'

# What a sanitizer prints when it found something, whatever its exit status.
findings='SUMMARY: [1-9]'

# The sentence of a program: that one, else its last line.
sentence() {
    grep -m 1 -E "$without_device" "$1" || output "$1" | grep -v '^ *$' | tail -n 1
}

# Of a log: what stands below the command.
output() { sed '1,2d' "$1"; }

# step NAME MOST SHOWN COMMAND...: runs it for MOST seconds at most.  The log is whole at every
# moment; the report gets the result and, as SHOWN says, the Markdown tables that the command prints
# (table), its last N lines, or what the function SHOWN makes of the log, also of a step that was
# stopped; where the function fails, so has the step.  The last 25 lines of what fails are always there.
step() {
    local name=$1 most=$2 shown=$3 status=0 begin=$SECONDS result command made="" log=$logs/$1.log
    shift 3
    [ "$(left)" -lt "$most" ] && most=$(left)
    if [ "$most" -le 0 ]; then
        not_run "$name" "the $limit s of this call were used up"
        return
    fi
    heading "$name"
    command=${*//$root\//}
    command=${command//$metrics/METRICS}
    say "    ${command#stdbuf -oL -eL }" ""
    { echo "\$ $*"; echo; } >"$running"
    timeout -k 5 "$most" "$@" >>"$running" 2>&1 </dev/null || status=$?
    local spent=$((SECONDS - begin))
    cp "$running" "$log"
    if grep -qE "$without_device" "$log"; then
        result="NO DEVICE: $(sentence "$log")"
    elif grep -qE "$findings" "$log"; then
        result="FAILED: $(grep -m 1 -E "$findings" "$log" | sed 's/^=* *//')"
    elif [ $status -eq 0 ]; then
        result=passed
    elif [ $status -eq 124 ] || [ $status -eq 137 ]; then
        result="FAILED: stopped after $most s"
    else
        result="FAILED: exit status $status: $(sentence "$log")"
    fi
    case $result,$shown in
    NO* | *[0-9]) ;;
    *)
        if ! made=$("$shown" "$log" 2>&1); then
            [ $status -ne 0 ] || result="FAILED: ${made##*$'\n'}"
            made=""
        fi
        ;;
    esac
    say "**${result%%:*}**${result#"${result%%:*}"}, $spent s"
    [ -z "$made" ] || say "" "$made"
    case $result,$shown in passed,*[0-9]) fenced "$shown" "$log" ;; esac
    case $result in FAILED*) fenced 25 "$log" ;; esac
    settle "$name" "$result" "$spent"
    rm -f "$running"
}

# Tables of a log with an empty line around each, and the lines of plain text above them; fails,
# with a sentence, where no table has a row.
table() {
    output "$1" | awk '
        /^\|/ { if (!inside++ && said++) print ""; print; rows += inside > 2; next }
        { inside = 0 }
        /^(Backend|[0-9]+ (threads|paths)|NVIDIA)/ { if (said++) print ""; print }
        END { if (!rows) { print "no row of a table was printed"; exit 1 } }'
}

# Without this machine's path to the project.
fenced() {
    say "" '```'
    output "$2" | tail -n "$1" | cut -c1-200 | sed "s|$root/||g" | tee -a "$report"
    say '```'
}

finish() {
    heading "Summary"
    say "| step | result | seconds |" "|---|---|---|" "${summary[@]}" "" \
        "$SECONDS s of $limit. $([ $failed -eq 0 ] && echo 'Every step passed.' ||
            echo 'Some steps did not pass.')"
    archive_logs
}
