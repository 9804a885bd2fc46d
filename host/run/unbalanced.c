#include "run/unbalanced.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

const char *const qfp_unbalanced_names[QFP_UNBALANCED_OBSERVABLES] = {"norm_u", "growth"};

qfp_status qfp_unbalanced_begin(const qfp_equation *equation, const qfp_config *config,
                                double initial, qfp_unbalanced *out)
{
    char *reason = NULL;
    *out = (qfp_unbalanced){.active = !equation->balanced, .initial = initial, .last_output = -1.0};
    if (equation->balanced)
        return QFP_OK;
    QFP_TRY(qfp_equation_explain(equation, config, &reason));
    snprintf(out->warning, sizeof out->warning,
             "accepted as unbalanced: %s; its result depends on the resolution", reason);
    free(reason);
    return QFP_OK;
}

qfp_status qfp_unbalanced_check_norm(const qfp_unbalanced *watch, double t, double squared)
{
    if (!watch->active || squared <= QFP_UNBALANCED_NORM * QFP_UNBALANCED_NORM * watch->initial)
        return QFP_OK;
    return QFP_FAIL(QFP_GROWTH,
                    "t = %.6g: ‖u‖ has grown to %.3g times its initial value, which a balanced "
                    "theory keeps: the difference is now larger than the state (limit %g); the "
                    "theory is not balanced, and a finer resolution stops earlier",
                    t, sqrt(squared / watch->initial), QFP_UNBALANCED_NORM);
}

qfp_status qfp_unbalanced_check_husimi(qfp_unbalanced *watch, double t, double min_q, double max_q)
{
    if (!watch->active)
        return QFP_OK;
    bool negative = min_q < -QFP_UNBALANCED_NEGATIVE * max_q;
    if (t > watch->last_output)
        watch->negative_in_a_row = negative ? watch->negative_in_a_row + 1.0 : 0.0;
    watch->last_output = t;
    if (watch->negative_in_a_row < 2.0)
        return QFP_OK;
    return QFP_FAIL(
        QFP_GROWTH,
        "t = %.6g: Q falls to %.3g, below %g of its maximum %.3g, for the second output "
        "time in a row: it is no density any more; the theory is not balanced",
        t, min_q, -QFP_UNBALANCED_NEGATIVE, max_q);
}

qfp_status qfp_unbalanced_observe(const qfp_unbalanced *watch, double squared, qfp_linear_map *map,
                                  qfp_buffer *u, qfp_buffer *scratch, double *values)
{
    double own, rate;
    QFP_TRY(map->apply(map->self, u, scratch)); /* a look, which does not count */
    QFP_TRY(map->backend->vector->inner(map->count, 1, &u, u, &own));
    QFP_TRY(map->backend->vector->inner(map->count, 1, &u, scratch, &rate));
    values[0] = sqrt(squared / watch->initial);
    values[1] = rate / own;
    return QFP_OK;
}
