/* exact_tables.h - ten-digit tables, derived in closed form or converged numerically elsewhere, for
 * every solver that has to meet them.  κ = 1; Q per d²α unless said otherwise. */
#ifndef QFP_TEST_EXACT_TABLES_H
#define QFP_TEST_EXACT_TABLES_H

#include <complex.h>
#include <math.h>

/* K1  Kerr ½ n(n − 1), α₀ = 2: ⟨a⟩ and Q at 2, 2i and 1 + i; Q(0) stays. */
#define K1_OPERATOR "0.5*n*(n-1)"
#define K1_ORIGIN 5.8300489301e-3
static const struct k1_row {
    double t, re, im, q[3];
} table_k1[7] = {
    {0.25, 0.9696307486, -1.4761672627, {5.8928877964e-2, 1.2015658285e-4, 1.2777570240e-2}},
    {0.5, -0.4167107876, -1.1526440938, {1.6846936735e-2, 6.2227711000e-4, 7.7895999198e-3}},
    {1.0, -0.3100534257, 0.0707323799, {8.6899924871e-3, 4.0239793741e-2, 1.3894928861e-2}},
    {M_PI / 2, -0.0239438010, 0.0277226424, {1.7703633216e-2, 3.0372954103e-2, 4.7834491790e-2}},
    {2 * M_PI / 3,
     -0.0047019113,
     0.0015712669,
     {1.0571093221e-1, 3.8512197385e-2, 1.5424053052e-2}},
    {M_PI, 0.0006709253, 0.0, {2.1242580399e-4, 1.5915496100e-1, 2.0949379187e-2}},
    {2 * M_PI, 2.0, 0.0, {M_1_PI, 1.0678107091e-4, 4.3078558604e-2}},
};

/* K2  cross-Kerr n₁n₂, |1.5⟩|1.0⟩: ⟨a₁⟩ at t = 0.7. */
#define K2_OPERATOR "n[1]*n[2]"
static const double table_k2[2] = {0.9480252983513, -0.7120810048629};

/* A1  amplifier, g = 0.8, from (q₀, p₀): a Gaussian with means q₀e^{gt}, p₀e^{−gt} and Husimi
 * variances (1 + e^{±2gt})/2; values at t = 0.6. */
#define A1_OPERATOR "I*0.4*(ad^2 - a^2)"
static const double a1_q0 = 0.7, a1_p0 = -0.9, a1_gt = 0.8 * 0.6;
static inline double a1_husimi(double q, double p)
{
    double vq = 0.5 * (1.0 + exp(2.0 * a1_gt)), vp = 0.5 * (1.0 + exp(-2.0 * a1_gt));
    double x = q - a1_q0 * exp(a1_gt), y = p - a1_p0 * exp(-a1_gt);
    return exp(-0.5 * (x * x / vq + y * y / vp)) / (M_PI * sqrt(vq * vp));
}

/* A2  even cat of |q = ±1.5⟩ amplified to g t = 0.5 (g = 1): q, p, Q per dq dp, half of ours. */
#define A2_OPERATOR "I*0.5*(ad^2 - a^2)"
static const double table_a2[4][3] = {{0.0, 0.0, 0.0492949935578},
                                      {0.5, 0.8, 0.0247491355230},
                                      {2.0, -0.6, 0.0509383414885},
                                      {-1.0, 1.2, 0.0131313112072}};

/* D1  dimer, J = 1, from |N, 0⟩: (n₁ − n₂)/N at t = 0.5, 1, 2, 5; without interaction cos 2t. */
#define D1_OPERATOR "-hc(ad[1]*a[2]) + U/2*(n[1]*(n[1]-1) + n[2]*(n[2]-1))"
static const double times_d1[4] = {0.5, 1.0, 2.0, 5.0};
static const struct d1_row {
    int particles;
    double u, z[4];
} table_d1[6] = {
    {2, 1.0, {0.549634875472, -0.311044443836, -0.469946584347, 0.396454420048}},
    {2, 8.0, {0.89673949357, 0.812995984793, 0.538053435884, -0.675460074322}},
    {10, 0.1, {0.546287986089, -0.381749372572, -0.660276186791, -0.670555571964}},
    {10, 0.5, {0.675552709091, 0.437379514954, 0.544515932698, 0.354825227227}},
    {10, 1.0, {0.917420210154, 0.913565834168, 0.942780267684, 0.960134816471}},
    {7, 0.0, {0.540302305868140, -0.416146836547142, -0.653643620863612, -0.839071529076452}},
};

/* D2  dimer, J = 1, from the coherent state |2⟩|0⟩: n₁, n₂, ⟨a₁⟩, ⟨a₂⟩. */
#define D2_OPERATOR "-(ad[1]*a[2] + ad[2]*a[1]) + sum(j, U/2*ad[j]^2*a[j]^2)"
static const struct d2_row {
    double u, t, n1, n2, re1, im1, re2, im2;
} table_d2[5] = {
    {0.5, 1.0, 1.6521588564, 2.3478411436, -0.1455765040, -0.7040239080, 1.1878916784,
     0.4836824888},
    {1.0, 0.5, 3.3280510233, 0.6719489767, -0.3299873430, -1.0541036887, 0.5958079813,
     0.3985585574},
    {1.0, 1.0, 2.5954237872, 1.4045762128, -0.1408969437, 0.0407207622, 0.6517690655,
     -0.2432543128},
    {2.0, 1.0, 3.4657214523, 0.5342785477, 0.0235740779, -0.0223732547, 0.1881716332,
     -0.1466196229},
    {0.0, 0.7, 4.0 * 0.584983571450068, 4.0 * 0.415016428549932, 2.0 * 0.764842187284489, 0.0, 0.0,
     2.0 * 0.644217687237691}, /* 4cos²t, 2cos t, 2i sin t */
};

/* R1  driven Kerr from the vacuum: t, ⟨a⟩, ⟨n⟩, Q(0); the energy stays 0. */
#define R1_OPERATOR "-n + 0.25*n*(n-1) + a + ad"
static const double table_r1[5][5] = {
    {0.5, 0.1149262834, -0.4811381062, 0.2451248244, 2.4924124899e-1},
    {1.0, 0.3519953669, -0.8867269683, 0.9355049874, 1.2857171635e-1},
    {2.0, 0.1378100043, -1.4803244247, 3.3828366069, 2.5739334350e-2},
    {4.0, -0.3904787839, 1.1187431194, 4.6257562893, 1.0210855919e-2},
    {8.0, -0.2507123719, -0.2556784572, 2.6875635017, 1.1094525726e-1},
};

/* Q1  quartic, α₀ = 1: t, ⟨q⟩, ⟨p⟩, Q(1).  The table was computed with 120 levels, which leaves its
 * digits beyond the eighth unconverged; the second is an independent dense calculation with 250,
 * 400 and 500 levels. */
#define Q1_OPERATOR "p^2/2 + x^2/2 + 0.1*x^4"
static const double table_q1_cut[4][4] = {{0.5, 1.0329126381, -1.3803943378, 1.4195672039e-1},
                                          {1.0, 0.1938601257, -1.8520746761, 5.4563287751e-2},
                                          {2.0, -1.2430413228, -0.4365224461, 1.1100124398e-2},
                                          {5.0, 0.6601356087, -0.8806141815, 1.8698973841e-1}};
static const double table_q1[2][4] = {{0.5, 1.0329126435, -1.3803943447, 1.4195672036e-1},
                                      {5.0, 0.6601355944, -0.8806141797, 1.8698973801e-1}};

#define TABLE_LENGTH(table) (sizeof(table) / sizeof *(table))

#endif
