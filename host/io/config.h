/* config.h - INTERNAL: what a configuration holds once it is read; functions in qfp/config.h. */
#ifndef QFPI_CONFIG_H
#define QFPI_CONFIG_H

#include <complex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "algebra/generator.h"
#include "algebra/hamiltonian.h"
#include "algebra/lindblad.h"
#include "algebra/observable.h"
#include "expression/expression.h"
#include "io/ensemble_methods.h"
#include "io/integrators.h"
#include "qfp/config.h"
#include "qfp/steady.h"

struct qfp_file_density;

typedef enum qfp_state_kind {
    QFP_STATE_GAUSSIAN, /* D(α) S(ξ) ρ S† D† of every mode, ρ thermal with n̄ quanta */
    QFP_STATE_FOCK,     /* level[j] */
    QFP_STATE_SUPERPOSITION, /* Σ weight_i |part_i>, normalised; parts are kets */
    QFP_STATE_MIXTURE,       /* Σ weight_i ρ_i, weights real, ≥ 0, normalised to 1 */
    QFP_STATE_PRODUCT,       /* ⊗_j parts[j], states of one mode each */
    QFP_STATE_FILE           /* path, dataset; or `given` */
} qfp_state_kind;

/* What the kind does not use is zero: the states of fewer keys are special cases. */
typedef struct qfp_state {
    qfp_state_kind kind;
    double complex alpha[QFP_MAX_MODES];
    double r[QFP_MAX_MODES], phi[QFP_MAX_MODES]; /* S = exp((ξ* a² - ξ a†²)/2), ξ = r e^{iφ} */
    double nbar[QFP_MAX_MODES];                  /* 0: a ket */
    int level[QFP_MAX_MODES];
    size_t part_count;
    struct qfp_state *parts;
    double complex *weights; /* of a mixture ≥ 0 with the sum 1 */
    char *path, *dataset;
    /* What a file is read with: x and p of a Q grid are divided by scale_x = ℓ and scale_p = κ/ℓ, and
     * it must fix the state to `accuracy` (trace norm); a flat index runs over `levels`, 0: not
     * given. */
    double scale_x, scale_p, accuracy;
    int levels[QFP_MAX_MODES];
    const struct qfp_file_density *given; /* borrowed: what would be read, where it is in memory */
    int line, column;                     /* of the key in the file */
} qfp_state;

/* "fourier", "fock", "reference", NULL */
extern const char *const qfp_basis_names[];

typedef enum qfp_backend_choice {
    QFP_BACKEND_AUTO,
    QFP_BACKEND_CPU,
    QFP_BACKEND_CUDA
} qfp_backend_choice;

/* Where the boundary values of the forward-backward ensemble come from. */
typedef enum qfp_initialisation {
    QFP_INITIALISATION_INDEPENDENT,
    QFP_INITIALISATION_CONDITIONAL,
    QFP_INITIALISATION_SIGNED
} qfp_initialisation;

typedef struct qfp_ensemble_settings {
    const qfp_ensemble_method *method; /* NULL: none */
    int paths, steps;                  /* steps from t = 0 to the last output time */
    uint64_t seed;
    qfp_initialisation initialisation; /* of forward_backward */
    double begin, end; /* of action: p(0), q(T) in the eigenframe of the diffusion */
    int slices, sweeps;
    double virtual_step; /* δ */
    double lambda;       /* noise fraction λ of the guided diffusion */
    double target_error; /* of every observable; 0: all `paths` are drawn at once */
} qfp_ensemble_settings;

#define QFP_MAX_VARIABLES_OF_PROCESS 2
#define QFP_MAX_PREPARATIONS 4
#define QFP_MAX_PACKETS 16

/* A Gaussian distribution at t = 0, independent in every variable. */
typedef struct qfp_preparation {
    double mean[QFP_MAX_VARIABLES_OF_PROCESS], deviation[QFP_MAX_VARIABLES_OF_PROCESS];
} qfp_preparation;

/* weight exp(−(x − centre)²/(4 deviation²) + i momentum x/κ), normalised without the weight */
typedef struct qfp_packet {
    double centre, deviation, momentum;
    double complex weight;
} qfp_packet;

/* Of the methods markov (dx_i = a_i(x) dt + c_ik(x) dW_k, Itô) and nelson (ψ in a potential);
 * polynomials have QFP_MAX_VARIABLES_OF_PROCESS variables and real coefficients. */
typedef struct qfp_process_settings {
    int variables, noises;
    qfp_polynomial drift[QFP_MAX_VARIABLES_OF_PROCESS];
    qfp_polynomial noise[QFP_MAX_VARIABLES_OF_PROCESS][QFP_MAX_VARIABLES_OF_PROCESS];
    int preparation_count;
    qfp_preparation preparations[QFP_MAX_PREPARATIONS];
    qfp_polynomial potential;
    double mass;
    int packet_count;
    qfp_packet packets[QFP_MAX_PACKETS];
    int points;       /* of the grid of ψ */
    int line, column; /* of ensemble.method */
    double extent;
} qfp_process_settings;

/* Two different axes of z = (Q_1…Q_N, P_1…P_N), by their numbers from 0. */
typedef struct qfp_axis_pair {
    int first, second;
} qfp_axis_pair;

/* What a parameter that varies is at time t: an expression, or a cubic spline through a table. */
typedef struct qfp_time_function {
    char *text;                     /* NULL: none */
    size_t count;                   /* of knots; 0: no table */
    double *times;                  /* [count], increasing */
    double complex *values, *bends; /* [count]; bends: second derivatives of the spline */
} qfp_time_function;

/* γ D[c] of `dissipation`. */
typedef struct qfp_config_channel {
    char *operator_text, *rate_text;
    int operator_line, operator_column, rate_line, rate_column; /* 0: given by --set */
    bool varies, operator_varies;
    double rate;         /* γ at t = 0 */
    qfp_polynomial wick; /* symbol of c at t = 0, 2N variables α, α* */
} qfp_config_channel;

/* The output grid along one axis. */
typedef struct qfp_interval {
    double from, to;
} qfp_interval;

/* `output.husimi`, or what a list of them says of one mode. */
typedef struct qfp_husimi_keys {
    double from, to;
    int points;
    bool full;
} qfp_husimi_keys;

/* Delays from 0, and frequencies, where they are mappings. */
typedef struct qfp_delay_range {
    double to;
    int count;
} qfp_delay_range;
typedef struct qfp_frequency_range {
    double from, to;
    int count;
} qfp_frequency_range;

/* ⟨A(t + τ) B(t)⟩ of output.correlations, or ⟨C(t) A(t + τ) B(t)⟩, and where its spectrum is wanted. */
typedef struct qfp_correlation {
    qfp_user_observable left, right; /* A, B */
    qfp_user_observable before;      /* C; without a text: none */
    double at;                       /* t */
    size_t count;
    double *tau;               /* [count], from 0 */
    qfp_frequency_range omega; /* count 0: where the spectrum is */
} qfp_correlation;

/* One key of `sweep`: `count` values of it. */
typedef struct qfp_sweep_axis {
    char *key;  /* "hamiltonian.parameters.U" */
    char *name; /* of the axis in the file: "U" */
    size_t count;
    char **texts;    /* [count] the values as YAML */
    char **labels;   /* [count] as they are shown */
    double *numbers; /* [count]; NULL where one is no real number */
} qfp_sweep_axis;

/* What was measured of one observable, of `observed`, or of the Q of a mode at the end. */
typedef struct qfp_observed {
    char *path, *dataset;
    char name[QFP_OBSERVABLE_NAME]; /* the last part of `dataset` */
    int line, column;               /* of that key; 0: given by --set */
    int mode;                       /* of a Q; 0: an observable */
    size_t count, nx, np;           /* of a Q, count = nx np */
    double *times;                  /* [count], each a time of the series; NULL of a Q */
    double *x, *p;                  /* [nx], [np], physical, of a Q */
    double *values, *errors;        /* [count], of a Q [nx][np]; errors above 0 */
} qfp_observed;

#define QFP_MOST_SWEPT 6
#define QFP_MAX_CHANNELS 64
#define QFP_MAX_THEORIES 16

/* One theory of a run, as an entry of `theory: [...]` describes it. */
typedef struct qfp_theory_choice {
    qfp_theory theory;
    bool accept_unbalanced; /* run it although it is ill-posed */
    char label[32];         /* given, or made from order and C: exact, M2, liouville, C0.9 */
} qfp_theory_choice;

/* The processes and machines of a plan, where they are not those that make it; 0: as these are. */
typedef struct qfp_cluster {
    int ranks;
    double memory;  /* bytes that each has */
    double moves;   /* bytes per second that each reads and writes in it */
    double network; /* bytes per second that each sends to the others */
    double latency; /* seconds of a message */
} qfp_cluster;

struct qfp_config {
    char *path; /* of the file, as given */
    char *text; /* verbatim, written to the output */
    size_t override_count;
    char **overrides; /* --set, as they were given */
    char *title;

    int modes;
    size_t parameter_count; /* with the time t, which comes first */
    qfp_parameter *parameters;
    qfp_time_function *functions; /* [parameter_count], of those that vary */
    size_t *parameter_uses;       /* in the expressions of the configuration */
    char *expression; /* hamiltonian.operator or hamiltonian.symbol.expression, or from a model */
    int expression_line, expression_column;
    const char *model; /* name of the model that wrote the expression; NULL when it was typed */
    bool is_symbol;
    qfp_symbol_ordering symbol_ordering; /* when is_symbol */
    qfp_polynomial wick;     /* symbol of H, 2N variables α, α*, Hermitian; none for a process */
    bool hamiltonian_varies; /* wick is H at t = 0 */
    size_t channel_count;
    qfp_config_channel *channels; /* of `dissipation` */
    bool varies;                  /* H or a channel depends on t */
    double
        origin; /* t of the system at the start, 0 but where a run begins in the middle of another */

    double kappa;
    double length[QFP_MAX_MODES];    /* ℓ_j, also when given as frequencies: ℓ = sqrt(κ/ω) */
    double frequency[QFP_MAX_MODES]; /* ω_j where `frequencies` gives them, else 0 */
    qfp_state initial;
    qfp_theory theory;      /* what is solved: the selected one of `theories` */
    bool accept_unbalanced; /* of the same */
    size_t theory_count;    /* 1 unless `theory` is a list */
    qfp_theory_choice *theories;

    qfp_basis basis;
    int points[QFP_MAX_MODES];      /* per axis of mode j; 0: chosen by plan */
    double extent[QFP_MAX_MODES];   /* dimensionless box [-L/2, L/2) of Q_j and P_j; 0: by plan */
    int levels[QFP_MAX_MODES];      /* 0: chosen by plan */
    int first_level[QFP_MAX_MODES]; /* of those; 0: the vacuum, or chosen with them */
    bool ordering_is_balanced;
    double ordering; /* c, when not balanced */
    double tolerance;
    bool tolerance_is_users; /* not the default: an error above it stops the run */
    bool single_precision;   /* of the state in memory */
    bool reproducible;       /* two runs give the same bits */
    qfp_integrator integrator;
    double step; /* solver.step: fixed time step of rk4; 0: from its stability limit */

    bool is_point;   /* of a sweep: that key is passed over */
    int sweep_count; /* 0: one system */
    qfp_sweep_axis sweep[QFP_MOST_SWEPT];

    bool for_steady;        /* read for a stationary state, which needs neither of the next two */
    bool initial_is_vacuum; /* as none was given */
    size_t time_count;
    double *times;
    size_t series_count;
    double *series_times;           /* output.series: of the observables alone */
    int series_line, series_column; /* of that key; 0: given by --set */
    size_t observed_count;
    qfp_observed *observed;
    size_t state_count;
    double *state_times;                  /* output.state: each is an output time */
    struct qfp_progress *steady_progress; /* of `qfp steady`; NULL: not shown */
    qfp_steady_modes *steady; /* where `qfp steady` wants the slowest modes; NULL: of a run */
    bool state_is_last;       /* the last of them alone, without an axis of times */
    size_t plane_count;
    qfp_axis_pair *planes; /* output.planes */
    bool wigner;           /* output.wigner */
    /* Physical x and p of every mode, both ends included; follows: not given, ∓6 in units of the vacuum's, or
     * wider where the state goes further. */
    qfp_interval husimi_window[QFP_MAX_MODES][2];
    bool husimi_follows[QFP_MAX_MODES];
    int husimi_points;
    bool husimi_full;
    size_t observable_count;
    qfp_user_observable *observables; /* output.observables */
    size_t correlation_count;
    qfp_correlation *correlations; /* output.correlations */
    bool field_drift, field_diffusion, field_current;
    double checkpoint_seconds; /* 0: none */
    int path_count;            /* trajectories that `qfp sample` writes; 0: none */
    qfp_backend_choice backend;
    int device;                     /* number of a CUDA device; -1: the first, if any */
    qfp_cluster cluster;            /* that `qfp plan` is asked about; all 0: what there is */
    qfp_ensemble_settings ensemble; /* of `qfp sample` */
    qfp_process_settings process;   /* of markov and nelson, which have no expression and no
                                       initial state */
};

/* QFP_CONFIG for a `sweep`: `qfp sweep` takes it apart before a point is solved. */
qfp_status qfp_config_require_point(const qfp_config *config) QFP_MUST_USE;

/* QFP_CONFIG where the configuration has no Hamiltonian, only a process of `qfp sample`. */
qfp_status qfp_config_require_system(const qfp_config *config) QFP_MUST_USE;

#endif
