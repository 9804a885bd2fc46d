#include "run/window.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define HELD 0.999

/* No Q is narrower than a Gaussian of variance ½ along both axes; its sum over points h apart is off by
 * 2e^{−π²/h²} of itself: 1e-4 at h = 1, too much to see anything from h = 3 on. */
static double doubt(double step)
{
    return 2.0 * exp(-M_PI * M_PI / (step * step));
}

void qfp_window_begin(qfp_window_watch *w)
{
    *w = (qfp_window_watch){.least = 1.0};
}

void qfp_window_note(qfp_window_watch *w, const qfp_config *config, int mode,
                     const double *marginal, double t)
{
    int n = config->husimi_points;
    const qfp_interval *x = &config->husimi_window[mode][0], *p = &config->husimi_window[mode][1];
    double step_q = (x->to - x->from) / (n - 1) / config->length[mode], sum = 0.0;
    double step_p = (p->to - p->from) / (n - 1) * config->length[mode] / config->kappa;
    for (int i = 0; i < n; i++)
        for (int k = 0; k < n; k++) {
            double at_end = (i == 0 || i == n - 1 ? 0.5 : 1.0) * (k == 0 || k == n - 1 ? 0.5 : 1.0);
            sum += at_end * marginal[(size_t)i * (size_t)n + (size_t)k];
        }
    double share = 0.5 * step_q * step_p * sum; /* d²α = dQ dP/2 */
    share += doubt(step_q) + doubt(step_p);
    if (!(share < w->least))
        return;
    *w = (qfp_window_watch){.least = share, .mode = mode + 1, .time = t};
}

void qfp_window_append(const qfp_window_watch *w, const qfp_config *config, char *text, size_t size)
{
    size_t used = strlen(text);
    if (w->least >= HELD)
        return;
    const qfp_interval *x = &config->husimi_window[(int)w->mode - 1][0], *p = x + 1;
    char of_p[64] = "";
    if (p->from != x->from || p->to != x->to)
        snprintf(of_p, sizeof of_p, " in x and from %.6g to %.6g in p", p->from, p->to);
    snprintf(text + used, size - used,
             "%soutput.husimi: from %.6g to %.6g%s holds %.3g %% of Q of mode %.0f at t = %.6g; "
             "give a wider window, or leave it out",
             used > 0 ? "; " : "", x->from, x->to, of_p, 100.0 * w->least, w->mode, w->time);
}
