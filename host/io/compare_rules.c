#include "io/compare_rules.h"

#include <string.h>

#include "algebra/observable.h"

static bool starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

static bool starts_with_any(const char *text, const char *const *starts)
{
    for (; *starts != NULL; starts++)
        if (starts_with(text, *starts))
            return true;
    return false;
}

static const char *last_part(const char *name)
{
    const char *slash = strrchr(name, '/');
    return slash != NULL ? slash + 1 : name;
}

const char *qfpi_compare_inside_theory(const char *name)
{
    const char *prefix = "/theories/";
    if (!starts_with(name, prefix))
        return name;
    const char *rest = strchr(name + strlen(prefix), '/');
    return rest != NULL ? rest : name;
}

bool qfpi_compare_is_error(const char *name)
{
    return starts_with(qfpi_compare_inside_theory(name), "/errors/");
}

static bool is_one_of(const char *text, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strcmp(text, *words) == 0)
            return true;
    return false;
}

/* "/correlations/1/tau", "/observed/1/time" */
static bool is_own_axis(const char *inside)
{
    static const char *const measured[] = {"time", "x", "p", NULL}, *const two[] = {"tau", "omega",
                                                                                    NULL};
    return (starts_with(inside, "/observed/") && is_one_of(last_part(inside), measured)) ||
           (starts_with(inside, "/correlations/") && is_one_of(last_part(inside), two));
}

/* Of the points of a sweep: seconds, levels and steps are the method's. */
static bool is_how_points_were_solved(const char *name)
{
    static const char *const physics[] = {"/points/exit_status", "/points/gap",
                                          "/points/stationary_states", NULL};
    return starts_with(name, "/points/") && !is_one_of(name, physics);
}

compare_role qfpi_compare_role(const char *name)
{
    const char *inside = qfpi_compare_inside_theory(name);
    if (starts_with(inside, "/axes/") || strcmp(inside, "/time") == 0 ||
        strcmp(inside, "/series/time") == 0 || is_own_axis(inside))
        return ROLE_COORDINATE;
    /* levels, and a ket's phase, are a basis's own */
    if (qfpi_compare_is_error(name) || starts_with(inside, "/state/") ||
        is_how_points_were_solved(name))
        return ROLE_METHOD;
    if (!starts_with(inside, "/observables/") || qfp_diagnostic(last_part(inside)) == NULL)
        return ROLE_PHYSICS;
    return qfp_diagnostic_is_of_state(last_part(inside)) ? ROLE_STATED : ROLE_METHOD;
}

bool qfpi_compare_is_core(const char *name)
{
    static const char *const numbered[] = {"n_", "re_a_", "im_a_"};
    const char *last = last_part(name);
    if (qfpi_compare_role(name) == ROLE_COORDINATE || starts_with(name, "/husimi/mode_") ||
        strcmp(name, "/observables/energy") == 0)
        return true;
    for (int i = 0; i < 3; i++) /* n_1, but not n_1_n_2 */
        if (starts_with(name, "/observables/") && starts_with(last, numbered[i])) {
            const char *digits = last + strlen(numbered[i]);
            return digits[strspn(digits, "0123456789")] == '\0';
        }
    return false;
}

bool qfpi_compare_may_be_blank(const char *name)
{
    static const char *const ends[] = {"_exact", "_stderr", "_step_error", "_probability"};
    size_t length = strlen(name);
    for (int i = 0; i < 4; i++)
        if (length > strlen(ends[i]) && strcmp(name + length - strlen(ends[i]), ends[i]) == 0)
            return true;
    return starts_with(name, "/kernel/");
}

bool qfpi_compare_is_relative(const char *name)
{
    static const char *const groups[] = {"/husimi/",  "/wigner/", "/fields/", "/histogram/",
                                         "/density/", "/kernel/", NULL};
    return qfpi_compare_role(name) == ROLE_COORDINATE ||
           starts_with_any(qfpi_compare_inside_theory(name), groups);
}

const char *qfpi_compare_times(const char *name)
{
    static const char *const groups[] = {"/time",     "/husimi/", "/wigner/",   "/observables/",
                                         "/errors/",  "/fields/", "/distance/", "/histogram/",
                                         "/density/", "/paths",   NULL};
    const char *inside = qfpi_compare_inside_theory(name);
    if (starts_with(inside, "/series/") || starts_with(inside, "/errors/series/"))
        return "/series/time";
    if (starts_with(inside, "/errors/correlations/"))
        return NULL;
    return starts_with_any(inside, groups) ? "/time" : NULL;
}

char *qfpi_compare_errors(const char *name)
{
    static const char group[] = "/observables";
    const char *inside = qfpi_compare_inside_theory(name);
    int before = (int)(inside - name);
    if (starts_with(inside, "/series/") || starts_with(inside, "/correlations/"))
        return qfpi_format("%.*s/errors%s", before, name, inside);
    return starts_with(inside, group)
               ? qfpi_format("%.*s/errors%s", before, name, inside + sizeof group - 1)
               : NULL;
}

static bool is_path(const char *name, const char *wanted, size_t length)
{
    return strncmp(name, wanted, length) == 0 && name[length] == '\0';
}

compare_match qfpi_compare_match(const char *name, const char *wanted, size_t length)
{
    if (memchr(wanted, '/', length) != NULL) {
        const char *inside = qfpi_compare_inside_theory(name);
        bool rooted = wanted[0] == '/'; /* names here always are */
        if (is_path(name + !rooted, wanted, length) || is_path(inside + !rooted, wanted, length))
            return MATCHES_DATASET;
        bool below = strncmp(name + !rooted, wanted, length) == 0 &&
                     (name[length + !rooted] == '/' || wanted[length - 1] == '/');
        return below ? MATCHES_GROUP : NO_MATCH;
    }
    bool states_errors = qfpi_compare_is_error(name);
    for (const char *part = name + 1;;) {
        size_t size = strcspn(part, "/");
        bool same = size == length && strncmp(part, wanted, length) == 0;
        if (same && part[size] == '/')
            return MATCHES_GROUP;
        if (part[size] == '\0') /* "n_1" is no error of n_1 */
            return same && !states_errors ? MATCHES_DATASET : NO_MATCH;
        part += size + 1;
    }
}
