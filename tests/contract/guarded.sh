#!/bin/sh
# guarded.sh ROOT - files that others made are met by libhdf5 in a process of its own (docs/security.md): what opens
# one, and what follows texts and references of variable length into its heap, stands in functions that run there,
# or in those of an interrupted run, which was read by such a process before. Prints FILE:LINE and the call in any
# other function; exit status 1 if any.
root=$1
cd "$root" || exit 2
# FILE FUNCTION
allowed='
host/io/checkpoint_read.c check_sum
host/io/checkpoint_read.c qfpi_checkpoint_checksum_of_run
host/io/checkpoint_read.c qfpi_snapshot_read_next
host/io/checkpoint_read.c qfpi_snapshot_read_number
host/io/checkpoint_read.c read_attributes
host/io/checkpoint_read.c read_scalar
host/io/checkpoint_state.c find
host/io/compare.c open_file
host/io/file_facts.c look_for_facts
host/io/file_facts.c read_error
host/io/hdf5_access.c qfp_hdf5_open
host/io/hdf5_read.c find
host/io/hdf5_survey.c look
host/io/hdf5_survey.c look_at_attribute
host/io/hdf5_text.c answer_text
host/io/hdf5_text.c read_fixed
host/io/hdf5_text.c read_variable
host/io/husimi_file.c look_for_scales
host/io/husimi_file.c note_scale
host/io/output_claim.c look_for_ours
host/plot/file.c begin_sweep
host/plot/file.c qfpi_attribute
host/plot/file.c read_labels
host/plot/plot_file.c qfpi_plot_script
host/io/snapshot_checkpoint.c qfpi_snapshot_embed_checkpoint
host/io/snapshot_contents.c qfpi_snapshot_check_contents
host/io/snapshot_ending.c reopen
host/io/snapshot_resume.c open_for_writing
host/io/snapshot_resume.c open_part
host/io/snapshot_resume.c rehearse
'
sources=$(find host -name '*.c' | sort)
[ -n "$sources" ] || { echo "no sources"; exit 1; }
# shellcheck disable=SC2086
awk -v allowed="$allowed" '
    BEGIN {
        count = split(allowed, row, "\n")
        for (i = 1; i <= count; i++) may[row[i]] = 1
    }
    {
        gsub(/\/\*.*\*\//, "")
        if (/\/\*/) inside = 1
        if (/\*\//) inside = 0
        if (inside) next
    }
    /^[a-z].*\(/ { # a definition or declaration begins at the margin
        name = $0
        sub(/\(.*/, "", name)
        sub(/.*[ *]/, "", name)
        next
    }
    /(^|[^a-zA-Z0-9_])(H5Fopen|qfp_hdf5_open|H5Aread|qfp_hdf5_read_text|H5DSiterate_scales|H5DSget_scale_name|H5DSget_label|H5Dvlen_[a-z_]*|H5Rdereference[0-9]*)\(/ {
        if ((FILENAME " " name) in may) next
        line = $0
        sub(/^ */, "", line)
        print FILENAME ":" FNR ": " name ": " line
        wrong = 1
    }
    END { exit wrong }' $sources
