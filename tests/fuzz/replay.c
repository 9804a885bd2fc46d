/* replay.c - runs a fuzz target over files and folders of inputs, with any compiler; an input that
 * takes more than ten seconds of CPU time ends the program. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/time.h>

#include "fuzz.h"

/* of clang's libFuzzer, called once before the first input; a target may lack it */
int LLVMFuzzerInitialize(int *argc, char ***argv) __attribute__((weak));

static size_t replayed;

static void replay_file(const char *path)
{
    const struct itimerval ten_seconds = {.it_value.tv_sec = 10};
    fuzz_bytes input = fuzz_read(path);
    /* in the log of a test that was killed this names the input */
    fprintf(stderr, "%s\n", path);
    setitimer(ITIMER_PROF, &ten_seconds, NULL);
    LLVMFuzzerTestOneInput(input.bytes, input.size);
    free(input.bytes);
    replayed++;
}

static void replay(const char *path)
{
    struct stat found;
    if (stat(path, &found) != 0) {
        fprintf(stderr, "%s: cannot be opened\n", path);
        exit(2);
    }
    if (!S_ISDIR(found.st_mode)) {
        replay_file(path);
        return;
    }
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;)
        if (entry->d_name[0] != '.') {
            char *child = qfpi_format("%s/%s", path, entry->d_name);
            replay(child);
            free(child);
        }
    if (folder != NULL)
        closedir(folder);
}

int main(int argc, char **argv)
{
    if (LLVMFuzzerInitialize != NULL)
        LLVMFuzzerInitialize(&argc, &argv);
    for (int i = 1; i < argc; i++)
        replay(argv[i]);
    printf("%zu inputs\n", replayed);
    return replayed > 0 ? 0 : 2;
}
