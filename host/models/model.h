/* model.h - INTERNAL: Hamiltonians by name.
 *
 * A model turns a few parameters into the number of modes, the frequencies of its free part where
 * it has one, and the Hamiltonian as text in the grammar of expression.h, so that everything behind
 * the parser (algebra, reference, audit, output) treats it as if it had been typed.  One file per
 * model, one table (qfp_models) from which the loader, its errors and `qfp help models` are fed.
 *
 * Letters: a, ad, n, x, p are dimensionless, q_j = ℓ_j x[j] and p_j = (κ/ℓ_j) p[j] are physical
 * (Eqs. 46, 48).  Operators are products as written, never normal-ordered behind the reader's back:
 * φ⁴ is the fourth power of the operator φ, an on-site term is (U/2) a†²a² = (U/2) n(n − 1).
 */
#ifndef QFPI_MODEL_H
#define QFPI_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"
#include "core/text.h"
#include "expression/expression.h"

#define QFP_MODEL_MOST_PARAMETERS 8
#define QFP_MODEL_MOST_EDGES (QFP_MAX_MODES * (QFP_MAX_MODES - 1) / 2)

typedef enum qfp_model_type {
    QFP_MODEL_INTEGER,  /* low … high */
    QFP_MODEL_REAL,     /* any finite number */
    QFP_MODEL_POSITIVE, /* > 0 */
    QFP_MODEL_CHOICE,   /* one of `words` */
    QFP_MODEL_INTEGERS, /* a list of up to QFP_MAX_MODES whole numbers, each low … high */
    QFP_MODEL_GRAPH     /* one of `words`, or a list of edges [i, j] or [i, j, weight] */
} qfp_model_type;

typedef struct qfp_model_parameter {
    const char *name;
    qfp_model_type type;
    int low, high;
    const char *const *words; /* NULL-terminated */
    bool required;
    double fallback;           /* of numbers; of a choice or graph the index of the word */
    const char *fallback_text; /* where the number does not say it; NULL otherwise */
    const char *example, *meaning;
} qfp_model_parameter;

/* Sites are counted from 1, as the user wrote them. */
typedef struct qfp_model_edge {
    int from, to;
    double weight;
} qfp_model_edge;

typedef struct qfp_model_value {
    bool given;
    double number; /* INTEGER, REAL, POSITIVE */
    int choice;    /* CHOICE; GRAPH: index of the word, -1 for a list of edges */
    size_t count;  /* entries of a list */
    int integers[QFP_MAX_MODES];
    qfp_model_edge edges[QFP_MODEL_MOST_EDGES];
} qfp_model_value;

/* What a model fixes before κ and the lengths are known. */
typedef struct qfp_model_shape {
    int modes;
    double frequency[QFP_MAX_MODES]; /* ω_j of the free part; 0: the model has no length scale */
    int fault; /* on failure: the parameter to blame, -1 for the model as a whole */
} qfp_model_shape;

typedef struct qfp_model_units {
    double kappa;
    const double *length; /* ℓ_j, one per mode */
} qfp_model_units;

typedef struct qfp_model {
    const char *name, *meaning;
    const char *formula; /* for the help page; may have several lines */
    const char *outcome; /* what the paper says of it, class of Eq. (64) */
    size_t parameter_count;
    const qfp_model_parameter *parameters;
    /* Consistency of the parameters (each one is in its range already); QFP_CONFIG with a sentence
     * and out->fault. */
    qfp_status (*shape)(const qfp_model_value *values, qfp_model_shape *out);
    void (*write)(const qfp_model_value *values, const qfp_model_shape *shape,
                  const qfp_model_units *units, qfp_text *text);
} qfp_model;

extern const qfp_model *const qfp_models[];
extern const size_t qfp_model_count;

/* NULL when there is none; *nearest, if not NULL, then names the most similar one or is NULL. */
const qfp_model *qfp_model_find(const char *name, const char **nearest);

/* What nothing given means. */
void qfp_model_defaults(const qfp_model *model, qfp_model_value *values);

/* "a whole number from 1 to 8", for errors and help; `out` is filled and returned. */
const char *qfp_model_expected(const qfp_model_parameter *parameter, char *out, size_t size);

/* The Hamiltonian as operator text, malloc'ed.  QFP_MEMORY; QFP_CONFIG when a coefficient
 * overflows. */
qfp_status qfp_model_operator(const qfp_model *model, const qfp_model_value *values,
                              const qfp_model_shape *shape, const qfp_model_units *units,
                              char **out) QFP_MUST_USE;

#endif
