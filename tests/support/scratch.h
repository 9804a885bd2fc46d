/* scratch.h - a folder of its own for every test, removed with all it holds. */
#ifndef QFP_TEST_SCRATCH_H
#define QFP_TEST_SCRATCH_H

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/error.h"

static char scratch_folder[128];

static inline void scratch_make(void)
{
    snprintf(scratch_folder, sizeof scratch_folder, "/tmp/qfp-test-XXXXXX");
    cr_assert(mkdtemp(scratch_folder) != NULL);
}

static inline void scratch_remove_tree(const char *path)
{
    int here = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW); /* a link goes, not what it shows */
    DIR *folder = here >= 0 ? fdopendir(here) : NULL;
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        char *child = qfpi_format("%s/%s", path, entry->d_name);
        scratch_remove_tree(child);
        free(child);
    }
    if (folder != NULL)
        closedir(folder);
    remove(path);
}

static inline void scratch_remove(void)
{
    scratch_remove_tree(scratch_folder);
}

/* FOLDER/NAME; the last eight results stay valid. */
static inline const char *scratch_path(const char *name)
{
    static char paths[8][256];
    static unsigned next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", scratch_folder, name);
    return path;
}

static inline void scratch_write(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    cr_assert(file != NULL);
    cr_assert(fwrite(bytes, 1, size, file) == size);
    fclose(file);
}

static inline int scratch_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

#endif
