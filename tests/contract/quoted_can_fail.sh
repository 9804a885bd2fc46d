#!/bin/sh
# quoted_can_fail.sh SCRIPT - each way a text could take into a script is found, with file and line; what prints
# numbers and constants, and what only looks like a script, is not.
script=$1
root=$(mktemp -d) || exit 2
trap 'rm -rf "$root"' EXIT
cd "$root" || exit 2
mkdir -p host/io host/plot
good() {
    cat > host/plot/good.c <<'END'
/* fputs(title, out); fprintf(out, "%s", title); */
void good(FILE *out)
{
    fprintf(out, "set title 'a; b' %d %.6g \"%%s\"\n", 1, 2.0);
    fprintf(out,
            "set one "
            "two %zu\n",
            count);
    fprintf(out, i > 0 ? ", %zu " : "%zu ", i);
    fputs(first ? "set x\n" : "unset x\n", out);
    fputs("a"
          "b",
          out);
    fputc(i + 1 < n ? ' ' : '\n', out);
    static const char *const styles[] = {[1] = "lines", "dots"};
    fputs(styles[mark], out);
    snprintf(name, sizeof name, "%s", text);
    qfpi_gnuplot_quote(out, title);
}
END
}
good
sh "$script" "$root" || { echo "a source without fault was refused"; exit 1; }
status=0
while IFS= read -r line; do
    printf 'void bad(FILE *out)\n{\n    %s\n}\n' "$line" > host/plot/bad.c
    output=$(sh "$script" "$root") && { echo "accepted: $line"; status=1; }
    case $output in
    *host/plot/bad.c:3:*) ;;
    *) echo "not named: $line: $output"; status=1 ;;
    esac
done <<'END'
fprintf(out, "set title '%s'\n", title);
fprintf(out, "set title '%-20.*s'\n", 3, title);
fprintf(out, "%c", *title);
fprintf(out, "a" "%s", title);
fprintf(out, "%d" "a %s", 1, title);
fprintf(out, first ? "a" : "%s", title);
fprintf(out, title);
fprintf(out, first ? title : "x");
vfprintf(out, "%d", list);
fputs(title, out);
fputs(titles[mark], out);
static const char *title; fputs(title[mark], out);
fputs(first ? title : "", out);
fputs(first ? "" : title, out);
fputc(*title, out);
fputc(first ? ' ' : *title, out);
putc(*title, out);
fwrite(title, 1, size, out);
dprintf(1, "%d", 1);
write(1, title, size);
fputs("a", out), fputs(title, out);
for (; *c != '\0'; ++c) fputc(*c, out);
if (first) fputs(title, out); else fputs("", out);
END
rm host/plot/bad.c
printf '#include "plot/script.h"\nvoid f(FILE *out) { fputs(title, out); }\n' > host/io/other.c
sh "$script" "$root" > /dev/null && { echo "another writer was not looked at"; status=1; }
rm host/io/other.c
printf 'void f(void) { system("gnuplot"); }\n' > host/io/shell.c
sh "$script" "$root" > /dev/null && { echo "a shell was accepted"; status=1; }
rm host/plot/*.c
sh "$script" "$root" > /dev/null && { echo "a tree without writers was accepted"; status=1; }
exit $status
