/* The script of the picture of a run, of theories, of an ensemble or of a process, by the first byte: no text of
 * a file may become a command. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "plot/plot_file.h"

/* Behind a string that began at `text`; gnuplot runs what stands between backticks in double
 * quotes. */
static const char *skip_string(const char *text)
{
    char quote = *text++;
    for (; *text != quote; text++) {
        FUZZ_CHECK(*text != '\0' && *text != '\n');
        FUZZ_CHECK(quote == '\'' || *text != '`');
        if (quote == '"' && *text == '\\' && text[1] != '\0')
            text++;
    }
    return text + 1;
}

static bool is_word(const char *text, const char *word)
{
    size_t length = strlen(word);
    return strncmp(text, word, length) == 0 && !isalnum((unsigned char)text[length]);
}

static void check_script(const char *text)
{
    static const char *const forbidden[] = {"system", "load", "call", "eval",
                                            "exit",   "cd",   "shell"};
    bool begins = true;
    while (*text != '\0') {
        if (*text == '\'' || *text == '"') {
            text = skip_string(text);
            begins = false;
            continue;
        }
        FUZZ_CHECK(*text != '`' && *text != '<' && *text != '|');
        FUZZ_CHECK(*text != '!' || !begins);
        for (size_t i = 0; begins && i < sizeof forbidden / sizeof *forbidden; i++)
            FUZZ_CHECK(!is_word(text, forbidden[i]));
        begins = !isalnum((unsigned char)*text) && *text != '_';
        text++;
    }
}

static qfp_status write_and_check(const char *path, bool is_movie)
{
    char *script = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&script, &size);
    FUZZ_CHECK(out != NULL);
    qfp_status status = qfpi_plot_script(path, QFP_PICTURE_PNG, is_movie, out);
    FUZZ_CHECK(fclose(out) == 0);
    if (status == QFP_OK)
        check_script(script);
    free(script);
    return status;
}

enum { KINDS = 4 };
static fuzz_bytes originals[KINDS];

static void make_originals(void)
{
    static const char *const made[KINDS] = {
        "hamiltonian: {modes: 1, operator: n}\ninitial: {coherent: [0.5]}\n"
        "solver: {grid: {points: 16}}\n"
        "output: {times: [0, 0.1], husimi: {from: -4, to: 4, points: 5}, wigner: true,\n"
        "         fields: [drift, diffusion, current], series: {from: 0, to: 0.1, count: 3}}\n",
        "hamiltonian: {modes: 1, operator: n}\ninitial: {coherent: [0.5]}\n"
        "theory: [{}, {order: 1}]\nsolver: {grid: {points: 16}}\n"
        "output: {times: [0, 0.1], husimi: {from: -4, to: 4, points: 5}}\n",
        "hamiltonian: {modes: 1, operator: n}\ninitial: {coherent: [0.5]}\n"
        "ensemble: {method: guided, paths: 32, steps: 4}\n"
        "output: {times: [0, 0.1], husimi: {from: -4, to: 4, points: 5}, paths: {count: 3}}\n",
        "ensemble: {method: markov, drift: [\"-x\"], noise: [[\"1\"]], paths: 64, steps: 4,\n"
        "           preparations: [{mean: [-1], deviation: [0.8]}, {mean: [1], deviation: "
        "[0.6]}]}\n"
        "output: {times: [0, 0.1, 0.2], husimi: {from: -6, to: 6, points: 13}, paths: {count: "
        "3}}\n"};
    for (int i = 0; i < KINDS; i++) {
        char *path = fuzz_path("made.h5");
        if (i < 2)
            fuzz_make_run(made[i], "made.h5");
        else
            fuzz_make_sample(made[i], "made.h5");
        originals[i] = fuzz_read(path);
        free(path);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (originals[0].bytes == NULL)
        make_originals();
    fuzz_bytes original = originals[size > 0 ? data[0] % KINDS : 0];
    fuzz_bytes edited =
        fuzz_edit_hdf5(original, size > 0 ? data + 1 : data, size > 0 ? size - 1 : 0);
    char *path = fuzz_path("edited.h5");
    fuzz_write(path, edited);
    size_t handles = fuzz_open_handles();
    fuzz_check_refusal(write_and_check(path, false));
    fuzz_check_refusal(write_and_check(path, true));
    FUZZ_CHECK(fuzz_open_handles() == handles);
    free(path);
    free(edited.bytes);
    return 0;
}
