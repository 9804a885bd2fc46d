/* The largest powers and lists of terms, and the order in which equal terms are added. */
#include "../support/operators.h"

Test(polynomial_limits, powers_above_255_are_refused)
{
    qfp_polynomial p, square;
    qfp_polynomial_init(&p, 4);
    qfp_polynomial_init(&square, 4);
    MUST(qfp_polynomial_add_term(&p, 1.0, POWERS(0, 0, 200, 0)));
    cr_assert(eq(int, qfp_polynomial_multiply(&p, &p, &square), QFP_CONFIG));
    cr_assert(eq(int, weyl_multiply(&p, &p, &square), QFP_CONFIG));
    cr_assert(eq(sz, square.count, 0));
    qfp_polynomial_destroy(&p);
}

/* Letters that stand left and letters that stand right in the Weyl algebra. */
Test(polynomial_limits, the_last_power_that_is_possible)
{
    static const int powers[2] = {55, 56};
    for (int variable = 0; variable < 4; variable++)
        for (int i = 0; i < 2; i++) {
            uint8_t first[QFP_MAX_VARIABLES] = {0}, second[QFP_MAX_VARIABLES] = {0};
            qfp_status wanted = i == 0 ? QFP_OK : QFP_CONFIG;
            qfp_polynomial p, q, out;
            qfp_polynomial_init(&p, 4);
            qfp_polynomial_init(&q, 4);
            qfp_polynomial_init(&out, 4);
            first[variable] = 200;
            second[variable] = (uint8_t)powers[i];
            MUST(qfp_polynomial_add_term(&p, 1.0, first));
            MUST(qfp_polynomial_add_term(&q, 1.0, second));
            cr_assert(eq(int, qfp_polynomial_multiply(&p, &q, &out), wanted));
            cr_assert(eq(int, weyl_multiply(&p, &q, &out), wanted));
            qfp_polynomial_destroy(&p);
            qfp_polynomial_destroy(&q);
            qfp_polynomial_destroy(&out);
        }
}

/* Equal powers are added in the order they came in: (1 + 1e16) − 1e16 is 0, −1e16 + 1e16 + 1 is 1. */
Test(polynomial_limits, equal_powers_keep_their_order)
{
    static const double numbers[] = {1.0, 5.0, 1e16, 5.0, -1e16};
    qfp_polynomial p;
    qfp_polynomial_init(&p, 1);
    for (uint8_t i = 0; i < 5; i++)
        MUST(qfp_polynomial_append(&p, numbers[i], (const uint8_t[]){i % 2}));
    MUST(qfp_polynomial_collect(&p));
    cr_assert(eq(sz, p.count, 2));
    cr_assert(eq(dbl, creal(p.terms[0].coefficient), 0.0));
    cr_assert(eq(dbl, creal(p.terms[1].coefficient), 10.0));
    qfp_polynomial_destroy(&p);
}

Test(polynomial_limits, what_grows_beyond_bounds_is_refused)
{
    const struct {
        const char *text;
        int modes;
        const char *said;
    } cases[] = {
        {"(1e300*a)*(1e300*ad)", 1, "not finite"},
        {"a^64*a^64*a^64*a^64", 1, "above 255"},
        {"ad^64*ad^64*ad^64*ad^64", 1, "above 255"},
        /* 455² = 207025 terms; 200000 are possible */
        {"(a[1]+a[2]+a[3]+a[4])^12*(a[5]+a[6]+a[7]+a[8])^12", 8, "terms"},
        {"(a[1]+a[2]+a[3]+a[4]+a[5]+a[6]+a[7]+a[8])^40", 8, "3e+06 words"},
        {"((((a+ad)^8)^8)^3)", 1, "3e+06 words"}, /* of degree 192: a minute */
        {"(sum(j, x[j])^6)^2 - (sum(j, p[j])^6)^2", 8, "3e+06 words"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        qfp_node *node = NULL;
        qfp_polynomial wick;
        MUST(qfp_expression_parse(cases[i].text, cases[i].modes, NULL, 0, NULL, &node));
        cr_assert(eq(int, qfp_wick_from_operator(node, cases[i].modes, &wick), QFP_CONFIG));
        cr_assert(strstr(qfp_last_error(), cases[i].said) != NULL, "%s", qfp_last_error());
        qfp_node_destroy(node);
    }
}
