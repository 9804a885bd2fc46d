#include "evolve/ket_hamiltonian.h"

#include <math.h>
#include <stdlib.h>

#include "core/error.h"
#include "core/dense.h"

/* a on number states of width σ: Q = σq, P = p/σ */
static void fill_ladder(size_t n, double width, double complex *a)
{
    double lower = 0.5 * (width + 1.0 / width), raise = 0.5 * (width - 1.0 / width);
    for (size_t i = 0; i + 1 < n; i++) {
        a[i * n + i + 1] = lower * sqrt((double)(i + 1));
        a[(i + 1) * n + i] = raise * sqrt((double)(i + 1));
    }
}

/* powers[k] = a^k, k ≤ degree, each [n][n] */
static qfp_status create_powers(size_t n, int degree, double width, double complex **powers)
{
    QFP_TRY(QFP_ALLOCATE(*powers, n * n * (size_t)(degree + 2), "the powers of a"));
    double complex *a = *powers + n * n;
    for (size_t i = 0; i < n; i++)
        (*powers)[i * n + i] = 1.0;
    fill_ladder(n, width, a);
    for (int k = 2; k <= degree; k++)
        qfpi_multiply(n, n, n, CblasNoTrans, a, CblasNoTrans, a + (size_t)(k - 2) * n * n, 1.0,
                      a + (size_t)(k - 1) * n * n);
    return QFP_OK;
}

/* out [levels][levels] = P a†^q a^p P: no product of at most `degree` letters leads further than as many levels beyond. */
static qfp_status letters(const double complex *powers, size_t n, size_t levels, int p, int q,
                          double complex *out)
{
    double complex *product = NULL;
    QFP_TRY(QFP_ALLOCATE(product, n * n, "a Hamiltonian"));
    qfpi_multiply(n, n, n, CblasConjTrans, powers + (size_t)q * n * n, CblasNoTrans,
                  powers + (size_t)p * n * n, 1.0, product);
    for (size_t i = 0; i < levels; i++)
        for (size_t k = 0; k < levels; k++)
            out[i * levels + k] = product[i * n + k];
    free(product);
    return QFP_OK;
}

/* out += coefficient × ⊗_j P a_j†^q a_j^p P */
static qfp_status add_term(const qfp_term *term, int modes, const size_t *levels, int degree,
                           double complex *const *powers, double complex *out)
{
    size_t done = 1;
    double complex *product = NULL, *one = NULL, *next = NULL;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(product, 1, "a Hamiltonian"));
    product[0] = 1.0;
    for (int j = 0; j < modes; j++) {
        size_t n = levels[j], wide = n + (size_t)degree;
        bool is_last = j == modes - 1;
        QFP_TRY_GOTO(QFP_ALLOCATE(one, n * n, "a Hamiltonian"));
        QFP_TRY_GOTO(letters(powers[j], wide, n, term->power[j], term->power[modes + j], one));
        if (is_last) {
            qfpi_kronecker_add(done, done, product, n, n, one, term->coefficient, out);
        } else {
            QFP_TRY_GOTO(QFP_ALLOCATE(next, done * done * n * n, "a Hamiltonian"));
            qfpi_kronecker_add(done, done, product, n, n, one, 1.0, next);
            free(product);
            product = next;
            next = NULL;
        }
        free(one);
        one = NULL;
        done *= n;
    }
done:
    free(product);
    free(one);
    free(next);
    return status;
}

qfp_status qfp_ket_hamiltonian(const qfp_polynomial *wick, int modes, const size_t *levels,
                               const double *width, double complex **out)
{
    int degree = qfp_polynomial_degree(wick, 0, wick->variables);
    double complex *powers[QFP_MAX_MODES] = {NULL};
    size_t states = 1;
    qfp_status status;
    for (int j = 0; j < modes; j++) {
        states *= levels[j];
        QFP_TRY_GOTO(create_powers(levels[j] + (size_t)degree, degree, width[j], &powers[j]));
    }
    QFP_TRY_GOTO(QFP_ALLOCATE(*out, states * states, "a Hamiltonian"));
    for (size_t t = 0; t < wick->count; t++)
        QFP_TRY_GOTO(add_term(&wick->terms[t], modes, levels, degree, powers, *out));
done:
    for (int j = 0; j < modes; j++)
        free(powers[j]);
    return status;
}
