#include <string.h>

#include "core/text.h"
#include "io/config_keys.h"
#include "qfp/config.h"

static const char introduction[] =
    "The configuration of a run is one YAML file. The smallest one:\n"
    "\n"
    "    hamiltonian: {operator: \"0.5*ad^2*a^2\"}\n"
    "    initial: {coherent: [2.0]}\n"
    "    output: {times: [0, 0.5, 1]}\n"
    "\n"
    "Every number may be a constant expression with the parameters of the\n"
    "hamiltonian, I, pi, sqrt, cos, sin and exp; quote it where YAML would read it\n"
    "otherwise: '1.3+1.5*I'. Any key may be given on the command line:\n"
    "\n"
    "    qfp run FILE --set solver.tolerance=1e-10\n"
    "\n";

static void put_key(qfp_text *page, const qfp_config_key *key)
{
    enum { LEFT = 4, RIGHT = 13 };
    qfpi_text_put(page, "%s\n%*s", key->path, LEFT, "");
    qfpi_text_wrap(page, QFPI_PAGE_WIDTH, LEFT, LEFT, key->meaning);
    qfpi_text_put(page, "\n%*s", -RIGHT, "    value:");
    qfpi_text_wrap(page, QFPI_PAGE_WIDTH, RIGHT, RIGHT, key->expected);
    qfpi_text_put(page, "\n%*s", -RIGHT, "    default:");
    qfpi_text_wrap(page, QFPI_PAGE_WIDTH, RIGHT, RIGHT, key->fallback);
    qfpi_text_put(page, "\n    example: %s\n", key->example);
}

/* The keys below `path`, each with what it expects. */
static void put_below(qfp_text *page, const char *path)
{
    enum { LEFT = 4, RIGHT = 37 };
    size_t length = strlen(path), count = 0;
    for (size_t i = 0; i < qfp_config_key_count; ++i) {
        const qfp_config_key *key = &qfp_config_keys[i];
        if (strncmp(key->path, path, length) != 0 || key->path[length] != '.')
            continue;
        qfpi_text_put(page, "%s%*s%-*s ", count++ == 0 ? "\nKeys below it:\n" : "", LEFT, "",
                      RIGHT - LEFT - 1, key->path);
        qfpi_text_wrap(page, QFPI_PAGE_WIDTH, RIGHT, RIGHT, key->expected);
        qfpi_text_put(page, "\n");
    }
}

char *qfp_config_help(const char *key)
{
    qfp_text page = {0};
    const qfp_config_key *known = key != NULL ? qfp_config_key_find(key) : NULL;
    if (known != NULL) {
        put_key(&page, known);
        put_below(&page, known->path);
        return qfpi_text_finish(&page);
    }
    if (key != NULL)
        return NULL;
    qfpi_text_put(&page, "%s", introduction);
    for (size_t i = 0; i < qfp_config_key_count; ++i)
        put_key(&page, &qfp_config_keys[i]);
    return qfpi_text_finish(&page);
}
