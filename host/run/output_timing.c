#include "run/output_timing.h"

#include <cblas.h>
#include <math.h>

#include "core/ranks.h"
#include "core/conserved.h"
#include "fock/fock_wehrl.h"

/* Measured on one core: opening and publishing a file, writing the datasets of a time; bytes of a file; elementary functions; a number that a
 * loop touches once. */
#define WRITING 1.5e-3
#define OPENING 3e-2
#define BYTES_PER_SECOND 3e8
#define FUNCTION 1e-8
#define TOUCH 2e-9
/* Lattices of the tables (fock/husimi_tables.h, reference/ket_tables.h): how far they go beyond what they hold, and
 * the widths of their sums. */
#define BEYOND 10.8
#define WIDTH 17.4
#define ENTROPY_STEP 0.08 /* of the Fock basis, in α; that of the reference is an eighth */
#define MARGIN 4.8
/* Points that the reference adds for each zero of Q, of which a ket has as many as quanta; levels at a point. */
#define POINTS_OF_ZERO 5000.0
#define MOST_ZEROS 60.0 /* where levels are many, a state seldom fills them */
#define POINT_OF_LEVEL 2e-9
#define MOST_SUMMED 1000.0 /* of more levels points are sums over x */
#define MOST_TABLED 1500.0
#define RANK 0.5 /* of a density matrix that counts, of its levels */
/* Of the expected passage with its rehearsal: with the levels that were too few. The levels of the flow are about so many
 * times those that are needed. */
#define GROWING 1.2
#define GENEROUS 1.5
/* Time of a passage as a power of the states: of kets, and of ρ. */
#define STEEPEST 2.0 /* of states with the time */
#define POWER_OF_KETS 1.6
#define POWER_OF_MATRIX 2.75

double qfp_product_seconds(void)
{
    enum { N = 128 };
    static double best = 0.0, a[N * N], b[N * N], c[N * N];
    for (int i = 0; best == 0.0 && i < N * N; i++)
        a[i] = b[i] = 1.0 / (1.0 + i);
    for (int i = 0; best == 0.0 || i < 3; i++) {
        double start = qfpi_ranks_seconds_computed();
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, N, N, N, 1.0, a, N, b, N, 0.0, c, N);
        double one = (qfpi_ranks_seconds_computed() - start) / ((double)N * N * N);
        if (i >= 3)
            break;
        best = i == 0 ? one : fmin(best, one);
    }
    return best;
}

double qfp_writing_seconds(const qfp_config *config)
{
    double plane = pow(config->husimi_points, 2.0);
    double numbers = plane * config->modes;
    if (config->husimi_full)
        numbers += pow(plane, config->modes);
    return WRITING + 8.0 * numbers / BYTES_PER_SECOND;
}

double qfp_opening_seconds(void)
{
    return OPENING;
}

/* Points of x and distances that a lattice has for so many levels, on a grid that reaches to z. */
typedef struct lattice {
    double step, points, distances;
} lattice;

static lattice lattice_of(double levels, double z)
{
    double turn = sqrt(2.0 * levels + 1.0), beyond = turn + BEYOND;
    lattice l = {.step = 2.0 * M_PI / (beyond + fmin(z, beyond))};
    l.points = 2.0 * fmin(turn + 7.0, z + 8.7) / l.step;
    l.distances = fmin(12.4 / l.step, l.points);
    return l;
}

static double furthest(const qfp_config *config)
{
    double most = 0.0;
    for (int j = 0; j < config->modes; j++)
        for (int a = 0; a < 2; a++) {
            const qfp_interval *window = &config->husimi_window[j][a];
            most = fmax(most, fmax(fabs(window->from), fabs(window->to)));
        }
    return most;
}

/* Q on n × n points from ρ(x, x') (husimi_tables.c) */
static double fock_grid(double levels, double kets, double n, double z)
{
    lattice l = lattice_of(levels, z);
    double width = kets > 0.0 && 2.0 * kets <= levels ? 2.0 * kets : levels;
    double left = kets > 0.0 && 2.0 * kets <= levels ? width : 2.0 * levels;
    double products = l.points * levels * left + 2.0 * l.points * (l.distances + 32.0) * width +
                      2.0 * n * fmin(l.points, (13.0 + 0.3 * z) / l.step) * l.distances +
                      2.0 * n * l.distances * n;
    return products * qfp_product_seconds() + TOUCH * (n * n + 2.0 * l.points * l.distances);
}

static double table_seconds(double levels, double n, double z)
{
    lattice l = lattice_of(levels, z);
    return FUNCTION * (l.points * levels + 2.0 * n * l.points + 2.0 * n * l.distances);
}

/* The reference has no table of ⟨x|n⟩ for many levels. */
static double reference_table_seconds(double levels, double n, double z)
{
    lattice l = lattice_of(levels, z);
    double left_out = levels > MOST_TABLED ? FUNCTION * l.points * levels : 0.0;
    return table_seconds(levels, n, z) - left_out;
}

qfp_look_seconds qfp_fock_look_seconds(const qfp_config *config, double levels, double kets)
{
    double n = config->husimi_points, z = furthest(config), radius = sqrt(levels) + MARGIN;
    double fine = 2.0 * radius / ENTROPY_STEP, points = 0.25 * M_PI * fine * fine;
    qfp_look_seconds s = {.frame = fock_grid(levels, kets, n, z),
                          .first = table_seconds(levels, n, z)};
    if (config->modes > 1)
        return s;
    if (config->channel_count > 0 &&
        !qfp_fock_production_is_dear((int)levels)) { /* by amplitudes of every eigenvector */
        double count = kets > 0.0 ? kets : RANK * levels;
        s.entropy = points * (levels * (4.0 * TOUCH + 8.0 * count * qfp_product_seconds()) +
                              2.0 * FUNCTION * (1.0 + count));
        return s;
    }
    s.entropy = fock_grid(levels, kets, fine, M_SQRT2 * radius) + 3.0 * FUNCTION * points;
    s.first += table_seconds(levels, fine, M_SQRT2 * radius);
    return s;
}

/* Q on n × n points from amplitudes of kets (ket_tables.c) */
static double reference_grid(double levels, double kets, double n, double z)
{
    lattice l = lattice_of(levels, z);
    double near = fmin(l.points, (WIDTH + 16.0 * 2.0 * z / n) / l.step);
    return kets * (4.0 * n * near * n * qfp_product_seconds() + TOUCH * (n * near + n * n) +
                   2.0 * TOUCH * l.points * levels);
}

qfp_look_seconds qfp_reference_look_seconds(const qfp_config *config, double levels, double kets,
                                            bool has_zeros)
{
    double n = config->husimi_points, z = furthest(config), radius = sqrt(levels) + 5.0;
    double fine = 16.0 * radius;
    double count = kets > 0.0 && config->modes == 1 ? kets : RANK * levels;
    qfp_look_seconds s = {.frame = reference_grid(levels, count, n, z),
                          .first = reference_table_seconds(levels, n, z)};
    if (kets == 0.0 || config->modes > 1) /* eigenvectors of the reduced ρ */
        s.frame += 5e-9 * levels * levels * levels;
    if (config->modes > 1)
        return s;
    s.entropy = reference_grid(levels, count, fine, M_SQRT2 * radius) + FUNCTION * fine * fine;
    if (has_zeros)
        s.entropy += POINTS_OF_ZERO * fmin(0.7 * levels, MOST_ZEROS) * count *
                     (POINT_OF_LEVEL * fmin(levels, MOST_SUMMED) + FUNCTION);
    if (kets == 0.0)
        s.entropy += 5e-9 * levels * levels * levels;
    s.first += reference_table_seconds(levels, fine, M_SQRT2 * radius);
    return s;
}

static double plane_seconds(const qfp_config *config, const int *levels, double rate)
{
    double n = config->husimi_points, sum = 0.0;
    for (size_t i = 0; i < config->plane_count; i++) {
        const qfp_axis_pair *pair = &config->planes[i];
        double a = pow(levels[pair->first % config->modes], 2.0);
        double b = pow(levels[pair->second % config->modes], 2.0);
        sum += 4.0 * rate * n * b * (a + n);
    }
    return sum;
}

double qfp_fock_picture_seconds(const qfp_config *config, const int *levels)
{
    double n = config->husimi_points, rate = qfp_product_seconds();
    double sum = plane_seconds(config, levels, rate), outer = 1.0, inner = 1.0;
    for (int j = 0; config->wigner && j < config->modes; j++)
        sum += 2.0 * rate * n * n * pow(levels[j], 2.0);
    if (!config->husimi_full)
        return sum;
    for (int j = 1; j < config->modes; j++)
        inner *= levels[j];
    for (int j = 0; j + 1 < config->modes; j++) {
        outer *= n * n;
        sum += outer * inner * inner * levels[j] * (4.0 * rate + TOUCH);
        inner /= levels[j + 1];
    }
    return sum + outer * fock_grid(levels[config->modes - 1], 0.0, n, furthest(config));
}

double qfp_reference_picture_seconds(const qfp_config *config, const int *levels, double kets)
{
    double n = config->husimi_points, points = 1.0, sum = plane_seconds(config, levels, TOUCH);
    for (int j = 0; config->wigner && j < config->modes; j++) {
        double d = levels[j], reach = sqrt(2.0 * d + 1.0) + 7.0;
        double steps = 2.0 * reach * (reach + furthest(config)) / M_PI;
        sum += fmax(kets, 1.0) * n * steps * (2.0 * FUNCTION * d + 2.0 * FUNCTION * n);
    }
    for (int j = 0; config->husimi_full && j < config->modes; j++) {
        points *= n * n;
        double rest = 1.0;
        for (int k = j; k < config->modes; k++)
            rest *= levels[k];
        sum += points * rest * TOUCH * fmax(kets, 1.0);
    }
    return sum;
}

double qfp_expected_passage(const qfp_reference_expectation *tried, int modes, const int *levels,
                            double *ratio)
{
    int asked[QFP_MAX_MODES] = {0};
    bool is_more = false;
    for (int j = 0; j < modes; j++) {
        bool is_bound = tried->weight[j] > 0;
        double needed = levels[j] / (is_bound ? 1.0 : GENEROUS);
        asked[j] = needed > tried->levels[j] ? (int)needed : tried->levels[j];
        is_more = is_more || asked[j] > tried->levels[j];
    }
    *ratio =
        fmax(qfp_conserved_states(modes, asked, tried->weight, tried->most) / tried->states, 1.0);
    /* beyond what the flow asks for, as it went so far */
    if (!is_more && tried->reached > 0.0 && tried->reached < 1.0)
        *ratio = pow(1.0 / tried->reached, fmin(fmax(tried->power, 0.0), STEEPEST));
    double growing = tried->reached > 0.0 ? GROWING : 1.0;
    return tried->choosing + growing * tried->passage *
                                 pow(*ratio, tried->kets > 0.0 ? POWER_OF_KETS : POWER_OF_MATRIX);
}
