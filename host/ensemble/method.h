/* method.h - one way of sampling, seen from the loop over output times. */
#ifndef QFPI_ENSEMBLE_METHOD_H
#define QFPI_ENSEMBLE_METHOD_H

#include "backend.h"
#include "ensemble/carried.h"
#include "ensemble/share.h"
#include "io/config.h"
#include "reference/reference.h"

/* What every method is given. */
typedef struct qfp_method_setting {
    const qfp_config *config;
    const qfp_backend *backend;
    qfp_context *context;
    const qfp_share *share;   /* the trajectories that the sets of a method have */
    qfp_reference *reference; /* at t = 0; a method may move it */
} qfp_method_setting;

typedef struct qfp_ensemble_object {
    void *self;
    int coordinates;     /* complex numbers per trajectory */
    int doubled;         /* they are (α, β) */
    double ordering;     /* s: means of the trajectories are those of s-ordered operators */
    bool density_is_q;   /* the density of α is Q */
    bool histogram;      /* it is not or not always, and is compared with Q all the same */
    bool exact_steps;    /* one pair of steps leads from output time to output time */
    bool has_no_state;   /* no Q and nothing exact to compare with: means of the paths alone */
    char effort[64];     /* in place of "1000 steps"; "" where there are steps */
    qfp_buffer *weights; /* of the trajectories, ±1; NULL: all 1 */
    char statement[400]; /* which ensemble this is and what its density equals */

    /* NULL, or a piece of the work that comes before the first draw; *share of it is done then.  The
     * statement afterwards. */
    qfp_status (*work)(void *self, const qfp_path_set *set, double *share);
    void (*describe)(const void *self, char *statement, size_t size);
    qfp_status (*draw)(void *self, const qfp_path_set *set, qfp_buffer *x);
    /* The coarse paths at t = 0; NULL: they are the fine ones. */
    qfp_status (*draw_coarse)(void *self, const qfp_path_set *set, qfp_buffer *coarse);
    /* Two fine steps of length h from time t for the paths x, and one of length 2h for the paths
     * coarse with the same noise.  `step` counts fine steps. */
    qfp_status (*advance)(void *self, const qfp_path_set *set, double t, double h, uint64_t step,
                          qfp_buffer *x, qfp_buffer *coarse);
    /* NULL, or the means of the functions themselves, fine or coarse: no sampling error. */
    void (*means)(const void *self, bool is_coarse, size_t count,
                  const qfp_path_polynomial *functions, double *out);
    qfp_carried carried; /* beside the paths and the reference */
    void (*destroy)(void *self);
} qfp_ensemble_object;

/* Of every method of the table in io/ensemble_methods.h with a Hamiltonian: qfp_NAME_check refuses
 * what it cannot do, before anything expensive is built, qfp_NAME_create begins it. */
#define QFP_DECLARE_SYSTEM(name)                                                                   \
    qfp_status qfp_##name##_check(const qfp_config *config) QFP_MUST_USE;                          \
    qfp_status qfp_##name##_create(const qfp_method_setting *setting, qfp_ensemble_object *out)    \
        QFP_MUST_USE;
#define QFP_DECLARE_PROCESS(name)
#define X(name, kind, keys, meaning) QFP_DECLARE_##kind(name)
QFP_ENSEMBLE_METHODS(X)
#undef X
#undef QFP_DECLARE_SYSTEM
#undef QFP_DECLARE_PROCESS

/* QFP_UNSUPPORTED where H is none whose diffusion has the noise of the guided and the doubled methods. */
qfp_status qfp_ensemble_check_class(const qfp_config *config) QFP_MUST_USE;
/* QFP_UNSUPPORTED where there is dissipation, naming the methods that take it. */
qfp_status qfp_ensemble_refuse_dissipation(const qfp_config *config) QFP_MUST_USE;
/* The first pair of modes with ∂²H/∂α*_i∂α*_j ≠ 0, i < j; −1, −1 where there is none. */
qfp_status qfp_ensemble_couples(const qfp_polynomial *antiwick, int modes,
                                int pair[2]) QFP_MUST_USE;
/* factor × p as a term list, to be freed. */
qfp_status qfp_ensemble_terms(const qfp_polynomial *p, int modes, double complex factor,
                              qfp_path_polynomial *out) QFP_MUST_USE;

#endif
