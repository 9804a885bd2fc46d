#!/bin/sh
# guarded_can_fail.sh SCRIPT - a file opened, or a text read, outside of the functions that may is found, with file
# and line.
script=$1
root=$(mktemp -d) || exit 2
trap 'rm -rf "$root"' EXIT
cd "$root" || exit 2
mkdir -p host/io
cat > host/io/hdf5_text.c <<'END'
/* H5Aread(a, b, c) is spoken of. */
static qfp_status answer_text(void *self, FILE *answer)
{
    QFP_TRY(qfp_hdf5_read_text(q->object, q->path, q->name, &text));
}
END
sh "$script" "$root" >/dev/null || { echo "a source without fault was refused"; exit 1; }
status=0
while IFS= read -r line; do
    printf 'static void\nbad(hid_t file)\n{\n    %s\n}\n' "$line" > host/io/hdf5_bad.c
    output=$(sh "$script" "$root") && { echo "accepted: $line"; status=1; }
    case $output in
    *host/io/hdf5_bad.c:4:*) ;;
    *) echo "not named: $line: $output"; status=1 ;;
    esac
done <<'END'
file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
QFP_TRY(qfp_hdf5_open(path, &file));
if (H5Aread(attribute, type, &text) < 0) return;
QFP_TRY(qfp_hdf5_read_text(file, path, "title", &title));
H5DSiterate_scales(dataset, 0, NULL, note, names);
H5DSget_label(dataset, 0, text, size);
H5Dvlen_reclaim(type, space, H5P_DEFAULT, texts);
hid_t o = H5Rdereference2(file, H5P_DEFAULT, H5R_OBJECT, &reference);
END
rm host/io/hdf5_bad.c
printf 'void other(hid_t f)\n{\n    (void)qfp_hdf5_read_text(f, p, n, &t);\n}\n' >> host/io/hdf5_text.c
sh "$script" "$root" >/dev/null && { echo "another function of a file was accepted"; status=1; }
rm host/io/*.c
sh "$script" "$root" >/dev/null && { echo "a tree without sources was accepted"; status=1; }
exit $status
