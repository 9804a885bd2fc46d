#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/guard.h"
#include "qfp/qfp.h"

/* In place of the process of its own that host/io/guard.c has for files of others: here a defect,
 * also one of libhdf5, is to be seen. */
qfp_status qfpi_guard(const char *const *paths, int count, qfp_guarded_work work, void *self,
                      char **answer, size_t *size)
{
    (void)paths;
    (void)count;
    FILE *stream = open_memstream(answer, size);
    FUZZ_CHECK(stream != NULL);
    qfp_status status = work(self, stream);
    FUZZ_CHECK(fclose(stream) == 0);
    return status;
}

/* An answer that is taken as it comes, all of it at once. */
struct qfpi_guarded {
    char *answer, sentence[2048];
    size_t size, at;
    qfp_status status;
};

qfp_status qfpi_guard_begin(const char *const *paths, int count, qfp_guarded_work work, void *self,
                            qfpi_guarded **out)
{
    qfpi_guarded *g = calloc(1, sizeof *g);
    FUZZ_CHECK(g != NULL);
    g->status = qfpi_guard(paths, count, work, self, &g->answer, &g->size);
    snprintf(g->sentence, sizeof g->sentence, "%s", qfp_last_error());
    *out = g;
    return QFP_OK;
}

qfp_status qfpi_guard_take(qfpi_guarded *g, void *data, size_t bytes)
{
    if (bytes > g->size - g->at)
        return g->status != QFP_OK ? QFP_FAIL(g->status, "%s", g->sentence)
                                   : QFP_FAIL(QFP_IO, "the answer ends too early");
    memcpy(data, g->answer + g->at, bytes);
    g->at += bytes;
    return QFP_OK;
}

void qfpi_guard_end(qfpi_guarded *g)
{
    if (g != NULL)
        free(g->answer);
    free(g);
}

void fuzz_fault(const char *what, const char *file, int line)
{
    fprintf(stderr, "%s:%d: %s does not hold; the last error: %s\n", file, line, what,
            qfp_last_error());
    abort();
}

void fuzz_check_refusal(qfp_status status)
{
    if (status == QFP_OK)
        return;
    int exit_status = qfp_status_exit(status);
    FUZZ_CHECK(exit_status >= 1 && exit_status <= 4);
    const char *sentence = qfp_last_error();
    FUZZ_CHECK(sentence[0] != '\0');
    for (; *sentence != '\0'; sentence++)
        FUZZ_CHECK((unsigned char)*sentence >= ' ' && *sentence != 127);
}

char *fuzz_text(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    FUZZ_CHECK(text != NULL);
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    return text;
}

static char folder[64];

static void remove_folder(void)
{
    DIR *opened = opendir(folder);
    for (struct dirent *entry; opened != NULL && (entry = readdir(opened)) != NULL;) {
        char *path = fuzz_path(entry->d_name);
        unlink(path); /* no folder is made in it */
        free(path);
    }
    if (opened != NULL)
        closedir(opened);
    rmdir(folder);
}

const char *fuzz_folder(void)
{
    if (folder[0] == '\0') {
        snprintf(folder, sizeof folder, "/tmp/qfp-fuzz-XXXXXX");
        FUZZ_CHECK(mkdtemp(folder) != NULL);
        atexit(remove_folder);
    }
    return folder;
}

char *fuzz_path(const char *name)
{
    char *path = qfpi_format("%s/%s", fuzz_folder(), name);
    FUZZ_CHECK(path != NULL);
    return path;
}

fuzz_bytes fuzz_read(const char *path)
{
    enum { MOST = 1 << 24 };
    FILE *file = fopen(path, "rb");
    FUZZ_CHECK(file != NULL);
    fuzz_bytes content = {malloc(MOST), 0};
    FUZZ_CHECK(content.bytes != NULL);
    content.size = fread(content.bytes, 1, MOST, file);
    fclose(file);
    content.bytes = realloc(content.bytes, content.size + 1);
    FUZZ_CHECK(content.bytes != NULL);
    return content;
}

void fuzz_write(const char *path, fuzz_bytes content)
{
    FILE *file = fopen(path, "wb");
    FUZZ_CHECK(file != NULL);
    FUZZ_CHECK(fwrite(content.bytes, 1, content.size, file) == content.size);
    FUZZ_CHECK(fclose(file) == 0);
}

static qfp_config *load(const char *yaml)
{
    qfp_config *config = NULL;
    char *path = fuzz_path("made.yaml");
    fuzz_write(path, (fuzz_bytes){(uint8_t *)(uintptr_t)yaml, strlen(yaml)});
    FUZZ_CHECK(qfp_config_load(path, NULL, 0, &config) == QFP_OK);
    free(path);
    return config;
}

void fuzz_make_run(const char *yaml, const char *name)
{
    qfp_config *config = load(yaml);
    char *path = fuzz_path(name);
    qfp_run_result result;
    FUZZ_CHECK(qfp_run(config, &(qfp_run_options){.output_path = path}, &result) == QFP_OK);
    qfp_run_result_destroy(&result);
    qfp_config_destroy(config);
    free(path);
}

void fuzz_make_sample(const char *yaml, const char *name)
{
    qfp_config *config = load(yaml);
    char *path = fuzz_path(name);
    qfp_sample_result result;
    FUZZ_CHECK(qfp_sample(config, &(qfp_sample_options){.output_path = path}, &result) == QFP_OK);
    qfp_sample_result_destroy(&result);
    qfp_config_destroy(config);
    free(path);
}
