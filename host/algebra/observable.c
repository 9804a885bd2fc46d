#include "algebra/observable.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the built-in observables -------------------------------------------------------------- */

static double itself(const double *m)
{
    return m[0];
}

/* ⟨x²⟩ − ⟨x⟩² with x = (a + a†)/√2 of Re⟨a²⟩, ⟨n⟩, ⟨1⟩, Re⟨a⟩ */
static double variance_x(const double *m)
{
    return m[0] + m[1] + 0.5 * m[2] - 2.0 * m[3] * m[3];
}

/* The same of p = (a − a†)/(i√2), with Im⟨a⟩. */
static double variance_p(const double *m)
{
    return -m[0] + m[1] + 0.5 * m[2] - 2.0 * m[3] * m[3];
}

/* ⟨n²⟩ − ⟨n⟩² of ⟨a†²a²⟩ and ⟨n⟩ */
static double variance_n(const double *m)
{
    return m[0] + m[1] - m[1] * m[1];
}

/* Where %j and %i < %j in names and texts run. */
typedef enum scope { OF_THE_STATE, OF_A_MODE, OF_A_PAIR } scope;

typedef struct builtin {
    scope scope;
    unsigned sets; /* of qfp_observable_set */
    const char *name, *unit, *long_name;
    double (*combine)(const double *parts);
    const char *parts[QFP_OBSERVABLE_PARTS]; /* operators; "Im A" for Im⟨A⟩; "H" */
} builtin;

enum { EVERYWHERE = QFP_OF_RUNS | QFP_OF_ENSEMBLES };

/* The order is that of the output, within a scope. */
static const builtin builtins[] = {
    {OF_THE_STATE, QFP_OF_RUNS, "norm", "1", "norm of the state, the trace of rho", itself, {"1"}},
    {OF_THE_STATE,
     EVERYWHERE,
     "energy",
     "as the Hamiltonian",
     "expectation value of the Hamiltonian",
     itself,
     {"H"}},
    {OF_A_MODE,
     EVERYWHERE,
     "n_%j",
     "1",
     "expectation value of the number operator ad a of mode %j",
     itself,
     {"n[%j]"}},
    {OF_A_MODE,
     EVERYWHERE,
     "re_a_%j",
     "1",
     "real part of the expectation value of a of mode %j",
     itself,
     {"a[%j]"}},
    {OF_A_MODE,
     EVERYWHERE,
     "im_a_%j",
     "1",
     "imaginary part of the expectation value of a of mode %j",
     itself,
     {"Im a[%j]"}},
    {OF_A_MODE,
     QFP_OF_ENSEMBLES,
     "re_aa_%j",
     "1",
     "real part of the expectation value of a^2 of mode %j",
     itself,
     {"a[%j]^2"}},
    {OF_A_MODE,
     QFP_OF_ENSEMBLES,
     "im_aa_%j",
     "1",
     "imaginary part of the expectation value of a^2 of mode %j",
     itself,
     {"Im a[%j]^2"}},
    {OF_A_MODE,
     EVERYWHERE,
     "var_x_%j",
     "1",
     "variance of the dimensionless x = (a + ad)/sqrt(2) of mode %j",
     variance_x,
     {"a[%j]^2", "n[%j]", "1", "a[%j]"}},
    {OF_A_MODE,
     EVERYWHERE,
     "var_p_%j",
     "1",
     "variance of the dimensionless p = (a - ad)/(i sqrt(2)) of mode %j",
     variance_p,
     {"a[%j]^2", "n[%j]", "1", "Im a[%j]"}},
    {OF_A_MODE,
     QFP_OF_RUNS,
     "var_n_%j",
     "1",
     "variance of the number of quanta of mode %j",
     variance_n,
     {"ad[%j]^2*a[%j]^2", "n[%j]"}},
    {OF_A_PAIR,
     EVERYWHERE,
     "n_%i_n_%j",
     "1",
     "expectation value of the product of the number operators of modes %i and %j",
     itself,
     {"n[%i]*n[%j]"}},
};
enum { BUILTINS = sizeof builtins / sizeof *builtins };

static const qfp_quantity diagnostics[] = {
    {"purity", "1", "purity, the trace of rho squared"},
    {"truncation", "1",
     "stated error of the state, relative to it: of its cut-off, of the propagation, of rounding"},
    {"tail", "fraction", "share of the state in the last two levels of any mode"},
    {"wehrl", "nat", "Wehrl entropy, minus the integral of Q ln(pi^N Q) over phase space"},
    {"min_q", "per d^2N alpha", "smallest value of the Husimi function where it is evaluated"},
    {"trace_d", "per time",
     "mean of Tr D over Q, of the dimensionless diffusion matrix: what dissipation makes "
     "irreversible"},
    {"entropy_production", "nat per time",
     "Wehrl entropy that the diffusion of dissipation produces: half the mean of grad ln Q D+ grad "
     "ln Q"},
    {"edge_x", "fraction",
     "share of |u|^2, of the evolved variable u, in the outer tenth of its box"},
    {"edge_k", "fraction",
     "share of |u|^2, of the evolved variable u, in the outer tenth of its wavenumbers"},
    {"norm_u", "1", "norm of the evolved variable u over its norm at t = 0"},
    {"growth", "per time", "logarithmic growth rate of the norm of the evolved variable u"},
    {"fpe_residual", "1", "violation of the Fokker-Planck equation by Q, relative to max |dQ/dt|"},
};
enum { DIAGNOSTICS = sizeof diagnostics / sizeof *diagnostics };

const qfp_quantity *qfp_diagnostic(const char *name)
{
    for (int d = 0; d < DIAGNOSTICS; d++)
        if (strcmp(diagnostics[d].name, name) == 0)
            return &diagnostics[d];
    return NULL;
}

bool qfp_diagnostic_is_of_state(const char *name)
{
    static const char *const of_state[] = {"purity", "wehrl", "trace_d", "entropy_production"};
    for (size_t i = 0; i < sizeof of_state / sizeof *of_state; i++)
        if (strcmp(name, of_state[i]) == 0)
            return true;
    return false;
}

/* ---- the list ------------------------------------------------------------------------------ */

/* `pattern` with numbers for %i and %j. */
static void expand(const char *pattern, int i, int j, char *out, size_t size)
{
    size_t used = 0;
    for (const char *c = pattern; *c != '\0' && used + 1 < size; c++) {
        bool is_index = c[0] == '%' && (c[1] == 'i' || c[1] == 'j');
        if (is_index)
            used += (size_t)snprintf(out + used, size - used, "%d", *++c == 'i' ? i : j);
        else
            out[used++] = *c;
    }
    out[used < size ? used : size - 1] = '\0';
}

/* What is to be visited: fn for every built-in of the sets and the scope, with its modes. */
typedef struct visitor {
    void *data;
    qfp_status (*visit)(void *data, const builtin *b, int i, int j);
} visitor;

static qfp_status visit_scope(scope which, unsigned sets, int modes, const visitor *v)
{
    for (int i = 1; i <= (which == OF_A_PAIR ? modes - 1 : 1); i++)
        for (int j = which == OF_A_PAIR ? i + 1 : 1; j <= (which == OF_THE_STATE ? 1 : modes); j++)
            for (int b = 0; b < BUILTINS; b++)
                if (builtins[b].scope == which && (builtins[b].sets & sets) != 0)
                    QFP_TRY(v->visit(v->data, &builtins[b], i, j));
    return QFP_OK;
}

typedef struct building {
    int modes;
    const qfp_polynomial *hamiltonian;
    qfp_observable_list *list;
} building;

static bool same_moment(const qfp_moment *m, const char *text, bool imaginary)
{
    bool same_text = m->text == NULL || text == NULL ? m->text == text : strcmp(m->text, text) == 0;
    return same_text && m->imaginary == imaginary;
}

/* The moment of an operator, made when it is new: `wick` is of A. */
static qfp_status add_moment(building *b, const char *text, bool imaginary,
                             const qfp_polynomial *wick, size_t *out)
{
    qfp_observable_list *list = b->list;
    for (*out = 0; *out < list->moment_count; ++*out)
        if (same_moment(&list->moments[*out], text, imaginary))
            return QFP_OK;
    qfp_moment *m = &list->moments[list->moment_count++];
    *m = (qfp_moment){.imaginary = imaginary};
    qfp_polynomial_init(&m->wick, 2 * b->modes);
    if (text != NULL) {
        QFP_TRY(QFP_ALLOCATE(m->text, strlen(text) + 1, "an observable"));
        strcpy(m->text, text);
    }
    return qfp_polynomial_add(&m->wick, imaginary ? -I : 1.0, wick, &m->wick);
}

static qfp_status add_part(building *b, const char *pattern, int i, int j, size_t *out)
{
    char text[64];
    bool imaginary = strncmp(pattern, "Im ", 3) == 0;
    if (strcmp(pattern, "H") == 0)
        return add_moment(b, NULL, false, b->hamiltonian, out);
    expand(imaginary ? pattern + 3 : pattern, i, j, text, sizeof text);
    qfp_polynomial wick;
    qfp_node *node = NULL;
    qfp_polynomial_init(&wick, 2 * b->modes);
    qfp_status status;
    QFP_TRY_GOTO(qfp_expression_parse(text, b->modes, NULL, 0, NULL, &node));
    QFP_TRY_GOTO(qfp_wick_from_operator(node, b->modes, &wick));
    status = add_moment(b, text, imaginary, &wick, out);
done:
    qfp_node_destroy(node);
    qfp_polynomial_destroy(&wick);
    return status;
}

static qfp_observable *next(building *b)
{
    return &b->list->observables[b->list->count++];
}

static qfp_status add_builtin(void *data, const builtin *from, int i, int j)
{
    building *b = data;
    qfp_observable *o = next(b);
    o->combine = from->combine;
    expand(from->name, i, j, o->quantity.name, sizeof o->quantity.name);
    expand(from->long_name, i, j, o->quantity.long_name, sizeof o->quantity.long_name);
    snprintf(o->quantity.unit, sizeof o->quantity.unit, "%s", from->unit);
    for (int p = 0; p < QFP_OBSERVABLE_PARTS && from->parts[p] != NULL; p++)
        QFP_TRY(add_part(b, from->parts[p], i, j, &o->parts[o->part_count++]));
    return QFP_OK;
}

static qfp_status add_users(building *b, const qfp_user_observable *user)
{
    for (int imaginary = 0; imaginary < (user->hermitian ? 1 : 2); imaginary++) {
        qfp_observable *o = next(b);
        qfp_quantity *q = &o->quantity;
        o->combine = itself;
        o->part_count = 1;
        snprintf(q->name, sizeof q->name, "%s%.*s",
                 user->hermitian ? ""
                 : imaginary     ? "im_"
                                 : "re_",
                 QFP_OBSERVABLE_NAME - 4, user->name);
        snprintf(q->unit, sizeof q->unit, "1");
        snprintf(q->long_name, sizeof q->long_name, "%sexpectation value of %s",
                 user->hermitian ? ""
                 : imaginary     ? "imaginary part of the "
                                 : "real part of the ",
                 user->text);
        QFP_TRY(add_moment(b, user->text, imaginary != 0, &user->wick, &o->parts[0]));
    }
    return QFP_OK;
}

qfp_status qfp_observable_list_create(int modes, qfp_observable_set set,
                                      const qfp_polynomial *hamiltonian, size_t user_count,
                                      const qfp_user_observable *users, qfp_observable_list *out)
{
    building b = {.modes = modes, .hamiltonian = hamiltonian, .list = out};
    const visitor adding = {&b, add_builtin};
    size_t most = BUILTINS * (size_t)(modes * modes) + 2 * user_count;
    *out = (qfp_observable_list){0};
    QFP_TRY(QFP_ALLOCATE(out->observables, most, "observables"));
    QFP_TRY(QFP_ALLOCATE(out->moments, QFP_OBSERVABLE_PARTS * most, "observables"));
    QFP_TRY(visit_scope(OF_THE_STATE, set, modes, &adding));
    for (size_t i = 0; i < user_count; i++)
        QFP_TRY(add_users(&b, &users[i]));
    QFP_TRY(visit_scope(OF_A_MODE, set, modes, &adding));
    return visit_scope(OF_A_PAIR, set, modes, &adding);
}

qfp_status qfp_observable_list_hamiltonian(qfp_observable_list *list,
                                           const qfp_polynomial *hamiltonian)
{
    for (size_t m = 0; m < list->moment_count; m++)
        if (list->moments[m].text == NULL)
            QFP_TRY(qfp_polynomial_copy(hamiltonian, &list->moments[m].wick));
    return QFP_OK;
}

void qfp_observable_list_destroy(qfp_observable_list *list)
{
    for (size_t m = 0; m < list->moment_count; m++) {
        free(list->moments[m].text);
        qfp_polynomial_destroy(&list->moments[m].wick);
    }
    free(list->moments);
    free(list->observables);
    *list = (qfp_observable_list){0};
}

void qfp_observable_list_combine(const qfp_observable_list *list, const double *moments,
                                 double *values)
{
    for (size_t i = 0; i < list->count; i++) {
        const qfp_observable *o = &list->observables[i];
        double parts[QFP_OBSERVABLE_PARTS];
        for (int p = 0; p < QFP_OBSERVABLE_PARTS; p++)
            parts[p] = moments[o->parts[p]];
        values[i] = o->combine(parts);
    }
}

static double largest_change(const qfp_observable *o, const double *parts, int p, double error)
{
    double moved[QFP_OBSERVABLE_PARTS], value = o->combine(parts), largest = 0.0;
    memcpy(moved, parts, sizeof moved);
    for (int sign = -1; sign <= 1; sign += 2) {
        moved[p] = parts[p] + sign * error;
        largest = fmax(largest, fabs(o->combine(moved) - value));
    }
    return largest;
}

void qfp_observable_list_errors(const qfp_observable_list *list, const double *moments,
                                const double *moment_errors, double *errors)
{
    for (size_t i = 0; i < list->count; i++) {
        const qfp_observable *o = &list->observables[i];
        double parts[QFP_OBSERVABLE_PARTS];
        errors[i] = 0.0;
        for (int p = 0; p < QFP_OBSERVABLE_PARTS; p++)
            parts[p] = moments[o->parts[p]];
        for (int p = 0; p < o->part_count; p++)
            errors[i] += largest_change(o, parts, p, moment_errors[o->parts[p]]);
    }
}

typedef struct search {
    const char *name;
    bool found;
} search;

static qfp_status compare_name(void *data, const builtin *from, int i, int j)
{
    search *s = data;
    char name[QFP_OBSERVABLE_NAME];
    expand(from->name, i, j, name, sizeof name);
    s->found = s->found || strcmp(name, s->name) == 0;
    return QFP_OK;
}

bool qfp_observable_is_taken(const char *name, int modes)
{
    /* the times stand beside the observables */
    search s = {.name = name, .found = qfp_diagnostic(name) != NULL || strcmp(name, "time") == 0};
    const visitor comparing = {&s, compare_name};
    for (int which = OF_THE_STATE; which <= OF_A_PAIR && !s.found; which++)
        if (visit_scope((scope)which, EVERYWHERE, modes, &comparing) != QFP_OK)
            return true;
    return s.found;
}
