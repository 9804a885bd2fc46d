/* sampler.h - INTERNAL: what one pass of `qfp sample` holds, shared by sampler.c (the pass),
 * sample_histogram.c (densities against Q) and sample_file.c (the output file). */
#ifndef QFPI_ENSEMBLE_SAMPLER_H
#define QFPI_ENSEMBLE_SAMPLER_H

#include "ensemble/figures.h"
#include "ensemble/method.h"
#include "ensemble/path_observables.h"
#include "io/snapshot.h"
#include "qfp/sample.h"
#include "run/engine.h"
#include "run/reference_means.h"

enum {
    QFP_CELL_POINTS = 3 /* per axis, for the integral of Q over a cell */
};

typedef struct qfp_sampler {
    const qfp_config *config;
    qfp_sample_result *result;
    qfp_engine engine;
    qfp_reference *reference;
    qfp_ensemble_object ensemble;
    qfp_path_observables observables;
    qfp_reference_means exact; /* the same observables of the exact state */
    qfp_share share;
    qfp_path_set set; /* the trajectories of this rank */
    double weight;    /* Σ w of those of all */
    qfp_buffer *fine, *coarse;
    bool is_drawn;          /* the paths are in them */
    qfp_snapshot *snapshot; /* the loop's; NULL: no file */
    qfp_snapshot_layout layout;
    qfp_quantity *columns; /* its observables */
    /* [n], [n²], [n²], Gauss points of [n²]; figures: a row of /observables */
    double *axis_x, *axis_p, *axis_Q, *axis_P; /* [modes][points], physical and dimensionless */
    bool axes_of_modes;
    double *counts, *expected, *density, *figures, *scratch;
    double *marginals[QFP_MAX_MODES];
} qfp_sampler;

/* The histograms stand beside Q. */
static inline bool qfpi_sampler_compares_density(const qfp_sampler *s)
{
    return s->ensemble.density_is_q || s->ensemble.histogram;
}

/* Figures of every mean that are written: all but the exact value where there is none. */
static inline int qfpi_sampler_figures(const qfp_sampler *s)
{
    return s->ensemble.has_no_state ? QFP_FIGURES_WITHOUT_EXACT : QFP_FIGURES;
}

/* Q of the exact state on the axes, into s->marginals[mode]. */
qfp_status qfpi_sampler_exact_marginal(qfp_sampler *s, int mode) QFP_MUST_USE;
/* The histogram of one mode as a density per d²α, against the exact Q: χ² into the result, the
 * density into the file. */
qfp_status qfpi_sampler_histogram(qfp_sampler *s, int mode, size_t row) QFP_MUST_USE;

/* The first `count` trajectories of all ranks, real coordinate after real coordinate, [reals][count]: to rank 0, NULL
 * on others. */
qfp_status qfpi_sampler_gather(const qfp_sampler *s, const qfp_buffer *x, size_t count,
                               double *out) QFP_MUST_USE;

/* What the file holds, into s->layout. */
qfp_status qfpi_sampler_lay_out(qfp_sampler *s) QFP_MUST_USE;
/* Its attributes. */
qfp_status qfpi_sampler_describe(const void *self) QFP_MUST_USE;
/* The next row of /paths: the first output.paths.count trajectories, when they are asked for. */
qfp_status qfpi_sampler_write_paths(qfp_sampler *s) QFP_MUST_USE;

#endif
