/* audit_writer.h - INTERNAL to run: one report written as text, LaTeX and JSON at the same time.
 *
 * Sections hold formulas (name = value) and sentences; JSON gets one object per section.
 */
#ifndef QFPI_AUDIT_WRITER_H
#define QFPI_AUDIT_WRITER_H

#include "core/error.h"
#include "core/json.h"
#include "core/text.h"

typedef struct qfp_audit_writer {
    qfp_text text, latex;
    json_t *json, *section; /* the report, and the object in it that is being filled */
    bool in_formulas;
    bool failed; /* a piece is missing: out of memory */
} qfp_audit_writer;

void qfpi_audit_begin(qfp_audit_writer *w, const char *title);

/* `key` of the JSON object, `heading` of the others. */
void qfpi_audit_section(qfp_audit_writer *w, const char *key, const char *heading);

/* name = value.  The values are malloc'ed and freed here; NULL marks the report as failed. */
void qfpi_audit_formula(qfp_audit_writer *w, const char *key, const char *name,
                        const char *latex_name, char *value, char *latex_value);

/* A statement that is true or false, and its sentence: "✓ sentence" and "key": {"holds", "why"}. */
void qfpi_audit_verdict(qfp_audit_writer *w, const char *key, bool holds, const char *sentence);

/* A sentence without a verdict; a string in JSON. */
void qfpi_audit_sentence(qfp_audit_writer *w, const char *key, const char *sentence);

/* "label: quotation", the quotation verbatim and alone in JSON. */
void qfpi_audit_quotation(qfp_audit_writer *w, const char *key, const char *label,
                          const char *quotation);

/* name = number; a number in JSON. */
void qfpi_audit_number(qfp_audit_writer *w, const char *key, const char *name,
                       const char *latex_name, double value);

/* name = a number that was not measured, and why: null in JSON, with the reason under KEY_why. */
void qfpi_audit_missing(qfp_audit_writer *w, const char *key, const char *name,
                        const char *latex_name, const char *reason);

/* Frees a report that is not to be ended. */
void qfpi_audit_abandon(qfp_audit_writer *w);

/* Ends the report; QFP_MEMORY when any piece is missing.  The strings are malloc'ed. */
qfp_status qfpi_audit_end(qfp_audit_writer *w, char **text, char **latex, char **json) QFP_MUST_USE;

#endif
