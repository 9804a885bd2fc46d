/* load.c - opens the module with the CUDA backend, or answers why there is none. */
#define _GNU_SOURCE /* dladdr1 */
#include <dlfcn.h>
#include <link.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cuda/module.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const qfp_backend *loaded;
static char reason[1024];

/* ---- where it may be ----------------------------------------------------------------------- */

/* The file that this code was loaded from, the program or libqfp.so, without symbolic links; not what
 * the program was called by, which may be a name alone. */
static bool find_ourselves(char path[PATH_MAX])
{
    Dl_info information;
    struct link_map *map = NULL;
    if (dladdr1((void *)&once, &information, (void **)&map, RTLD_DL_LINKMAP) == 0 || map == NULL)
        return false;
    const char *name = map->l_name[0] != '\0' ? map->l_name : "/proc/self/exe";
    return name[0] == '/' && realpath(name, path) != NULL;
}

/* Nobody could have put it there but root, who runs this, or who owns the program. */
static bool is_trusted(const char *path, uid_t owner)
{
    struct stat of;
    return stat(path, &of) == 0 && (of.st_mode & S_IWOTH) == 0 &&
           (of.st_uid == 0 || of.st_uid == geteuid() || of.st_uid == owner);
}

/* ---- opening it ---------------------------------------------------------------------------- */

static void open_module(const char *path)
{
    void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (module == NULL) {
        snprintf(reason, sizeof reason,
                 "the CUDA backend cannot be loaded: %.800s; it needs cuFFT of the CUDA toolkit "
                 "that it was built with",
                 dlerror());
        return;
    }
    void *symbol = dlsym(module, QFPI_CUDA_ENTRY);
    qfpi_cuda_entry *entry = NULL;
    memcpy(&entry, &symbol, sizeof entry); /* ISO C has no cast from an object to a function */
    loaded = entry != NULL ? entry(QFPI_BUILD, qfpi_error_here()) : NULL;
    if (loaded != NULL)
        return;
    snprintf(reason, sizeof reason,
             "%.800s is not of this build of qfp, %s; install the program and the module together",
             path, QFPI_BUILD);
    dlclose(module);
}

/* Whether the module is in this folder, to be opened or refused. */
static bool try_folder(const char *folder, uid_t owner)
{
    char path[2 * PATH_MAX];
    snprintf(path, sizeof path, "%s/" QFPI_CUDA_MODULE, folder);
    if (access(path, F_OK) != 0)
        return false;
    if (is_trusted(folder, owner) && is_trusted(path, owner))
        open_module(path);
    else
        snprintf(reason, sizeof reason,
                 "%.800s is not loaded: it or its folder may be written by others than root, you "
                 "and the "
                 "owner of qfp",
                 path);
    return true;
}

/* Beside the program in a build tree, beside the shared library or the program as they are installed, or
 * where they were to be installed; nowhere else. */
static void find_module(void)
{
    static const char *const relative[] = {"", "/qfp", "/" QFPI_LIBRARY_FROM_PROGRAM "/qfp"};
    char ourselves[PATH_MAX], folder[2 * PATH_MAX];
    struct stat of = {.st_uid = 0};
    if (find_ourselves(ourselves) && stat(ourselves, &of) == 0) {
        *strrchr(ourselves, '/') = '\0';
        for (size_t i = 0; i < sizeof relative / sizeof *relative; i++) {
            snprintf(folder, sizeof folder, "%s%s", ourselves, relative[i]);
            if (try_folder(folder, of.st_uid))
                return;
        }
    }
    if (!try_folder(QFPI_MODULE_FOLDER, of.st_uid))
        snprintf(reason, sizeof reason,
                 "this qfp has no CUDA backend: there is no " QFPI_CUDA_MODULE
                 " in " QFPI_MODULE_FOLDER " (package qfp-cuda, or a build with QFP_CUDA=ON)");
}

/* ---- in its place -------------------------------------------------------------------------- */

static qfp_status available(void)
{
    return QFP_FAIL(QFP_DEVICE, "%s", reason);
}

static qfp_status choose(int number)
{
    (void)number;
    return available();
}

static const qfp_device_operations absent_device = {.choose = choose, .available = available};
static const qfp_backend absent = {.name = "cuda", .device = &absent_device};

const qfp_backend *qfp_backend_cuda(void)
{
    pthread_once(&once, find_module);
    return loaded != NULL ? loaded : &absent;
}
