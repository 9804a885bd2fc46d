/* Gauge bosons: structure constants against the matrices, H against the energy of the fields. */
#include "../support/models.h"

#include "models/structure_constants.h"

typedef double complex matrix[3][3];

static void set_pair(matrix m, int i, int j, double complex value)
{
    m[i][j] = value;
    m[j][i] = conj(value);
}

/* T_a = σ_a/2 or λ_a/2, a from 0; su2 is the upper left block. */
static void generator_matrix(int a, matrix m)
{
    memset(m, 0, sizeof(matrix));
    switch (a) {
    case 0:
        set_pair(m, 0, 1, 0.5);
        break;
    case 1:
        set_pair(m, 0, 1, -0.5 * I);
        break;
    case 2:
        m[0][0] = 0.5;
        m[1][1] = -0.5;
        break;
    case 3:
        set_pair(m, 0, 2, 0.5);
        break;
    case 4:
        set_pair(m, 0, 2, -0.5 * I);
        break;
    case 5:
        set_pair(m, 1, 2, 0.5);
        break;
    case 6:
        set_pair(m, 1, 2, -0.5 * I);
        break;
    default:
        m[0][0] = m[1][1] = 0.5 / sqrt(3.0);
        m[2][2] = -1.0 / sqrt(3.0);
    }
}

static double complex trace_of_three(matrix x, matrix y, matrix z)
{
    double complex sum = 0.0;
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            for (int k = 0; k < 3; k++)
                sum += x[i][j] * y[j][k] * z[k][i];
    return sum;
}

/* f^abc = −2i Tr([T_a, T_b] T_c), since Tr T_aT_b = δ_ab/2 */
Test(gauge, structure_constants_are_those_of_the_matrices)
{
    const qfp_group groups[] = {QFP_GROUP_SU2, QFP_GROUP_SU3};
    for (int g = 0; g < 2; g++) {
        int dimension = qfpi_group_dimension(groups[g]);
        cr_assert(eq(int, dimension, g == 0 ? 3 : 8));
        for (int a = 0; a < dimension; a++)
            for (int b = 0; b < dimension; b++)
                for (int c = 0; c < dimension; c++) {
                    matrix x, y, z;
                    generator_matrix(a, x);
                    generator_matrix(b, y);
                    generator_matrix(c, z);
                    double complex f = -2 * I * (trace_of_three(x, y, z) - trace_of_three(y, x, z));
                    double found = qfpi_structure_constant(groups[g], a + 1, b + 1, c + 1);
                    /* 1e-15: sums of a few products of 1/√3 */
                    cr_assert(epsilon_eq(dbl, found, creal(f), 1e-15), "%d %d %d", a, b, c);
                }
    }
}

Test(gauge, structure_constants_are_antisymmetric_and_obey_jacobi)
{
    const qfp_group groups[] = {QFP_GROUP_SU2, QFP_GROUP_SU3};
    for (int g = 0; g < 2; g++) {
        int d = qfpi_group_dimension(groups[g]);
#define F(a, b, c) qfpi_structure_constant(groups[g], (a), (b), (c))
        for (int a = 1; a <= d; a++)
            for (int b = 1; b <= d; b++)
                for (int c = 1; c <= d; c++) {
                    cr_assert(eq(dbl, F(a, b, c) + F(b, a, c), 0.0));
                    cr_assert(eq(dbl, F(a, b, c) - F(b, c, a), 0.0));
                    for (int e = 1; e <= d; e++) {
                        double sum = 0.0;
                        for (int k = 1; k <= d; k++)
                            sum += F(a, b, k) * F(k, c, e) + F(b, c, k) * F(k, a, e) +
                                   F(c, a, k) * F(k, b, e);
                        cr_assert(epsilon_eq(dbl, sum, 0.0, 1e-15)); /* products of √3/2 */
                    }
                }
#undef F
    }
}

typedef struct gauge_case {
    qfp_group group;
    int modes, colour[4], momentum[4];
    double g, k, volume;
} gauge_case;

/* ½Σp² + ½∫B² − ½κkN from the fields on a grid over one period of the triad: with k₁, k₂ as axes
 * (θ₁, θ₂ in [0, 2π)), which tile the plane. */
static double yang_mills_energy(const gauge_case *c, double kappa, const double *q, const double *p)
{
    enum { POINTS = 12 }; /* more than the four turns of a quartic term need */
    double energy = 0.0;
    for (int m = 0; m < c->modes; m++)
        energy += 0.5 * p[m] * p[m] - 0.5 * kappa * c->k;
    for (int u = 0; u < POINTS; u++)
        for (int v = 0; v < POINTS; v++) {
            double theta[3] = {2 * M_PI * u / POINTS, 2 * M_PI * v / POINTS, 0};
            double ax[9] = {0}, ay[9] = {0}, curl[9] = {0};
            theta[2] = -theta[0] - theta[1];
            for (int m = 0; m < c->modes; m++) {
                double direction = 2 * M_PI * (c->momentum[m] - 1) / 3;
                double amplitude = q[m] * sqrt(2 / c->volume), t = theta[c->momentum[m] - 1];
                int a = c->colour[m];
                ax[a] += -sin(direction) * amplitude * sin(t);
                ay[a] += cos(direction) * amplitude * sin(t);
                curl[a] += c->k * amplitude * cos(t);
            }
            int d = qfpi_group_dimension(c->group);
            for (int a = 1; a <= d; a++) {
                double field = curl[a];
                for (int b = 1; b <= d; b++)
                    for (int e = 1; e <= d; e++)
                        field += c->g * qfpi_structure_constant(c->group, a, b, e) * ax[b] * ay[e];
                energy += 0.5 * field * field * c->volume / (POINTS * POINTS);
            }
        }
    return energy;
}

Test(gauge, gauge_bosons_are_the_yang_mills_energy_of_their_fields)
{
    static const gauge_case cases[] = {
        {QFP_GROUP_SU2, 3, {1, 2, 3}, {1, 2, 3}, 0.7, 1.3, 2.1},
        {QFP_GROUP_SU3, 4, {3, 4, 5, 8}, {1, 2, 3, 1}, 0.9, 0.8, 0.6},
    };
    const double kappa = 0.8;
    for (int i = 0; i < 2; i++)
        for (int own = 0; own <= 1; own++) {
            const gauge_case *c = &cases[i];
            uint64_t seed = 31;
            built b = BUILD(
                "gauge_bosons", .kappa = kappa, .length = own ? NULL : odd_lengths,
                .settings = {{"group", c->group}, {"g", c->g}, {"k", c->k}, {"volume", c->volume}});
            cr_assert(eq(int, b.modes, c->modes));
            for (int trial = 0; trial < 10; trial++) {
                double q[4], p[4];
                random_point(c->modes, &seed, q, p);
                ASSERT_ENERGY(weyl_at(&b, q, p), yang_mills_energy(c, kappa, q, p));
            }
            discard(&b);
        }
}

/* "the antisymmetry of the structure constants prevents any single mode amplitude from appearing
 * with power higher than two" (below Eq. 75): in the field q_m, not only in α_m */
Test(gauge, gauge_bosons_have_no_mode_above_the_second_power)
{
    for (int group = 0; group <= 1; group++) {
        built b = BUILD("gauge_bosons", .settings = {{"group", group}, {"g", 0.4}});
        qfp_hamiltonian_class class;
        MUST(qfp_classify(&b.antiwick, b.modes, &class));
        cr_assert(eq(int, class.order, 4));
        bool cubic = false;
        for (size_t i = 0; i < class.breaking_count; i++) {
            const int *mode = class.breaking[i].mode;
            cr_assert(not(mode[0] == mode[1] && mode[1] == mode[2]));
            cubic =
                cubic || (mode[0] < mode[1] && mode[1] < mode[2] && class.breaking[i].order == 3);
        }
        cr_assert(cubic);
        for (size_t t = 0; t < b.weyl.count; t++)
            for (int m = 0; m < b.modes; m++)
                cr_assert(
                    le(int, b.weyl.terms[t].power[m] + b.weyl.terms[t].power[b.modes + m], 2));
        qfp_hamiltonian_class_destroy(&class);
        discard(&b);
    }
}
