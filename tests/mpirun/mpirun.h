/* mpirun.h - runs the program as several ranks, under mpirun, in a scratch folder. */
#ifndef QFP_TEST_MPIRUN_H
#define QFP_TEST_MPIRUN_H

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../support/program.h"
#include "../support/same_files.h"

/* Ranks share the cores that there are, a test may be root's, and one that hangs fails. */
static inline void ranks_make(void)
{
    static const char *const variables[][2] = {{"OMPI_ALLOW_RUN_AS_ROOT", "1"},
                                               {"OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1"},
                                               {"OMPI_MCA_rmaps_base_oversubscribe", "1"},
                                               {"OMPI_MCA_hwloc_base_binding_policy", "none"},
                                               {"OMPI_MCA_mpi_yield_when_idle", "1"},
                                               {"OMPI_MCA_btl_base_warn_component_unused", "0"},
                                               {"MPIEXEC_TIMEOUT", "120"},
                                               {"OMP_NUM_THREADS", "1"},
                                               {"OPENBLAS_NUM_THREADS", "1"}};
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        setenv(variables[i][0], variables[i][1], 1);
    scratch_make();
}

/* mpirun ARGUMENTS, NULL-terminated. */
#define MPIRUN_START(...) program_start_as(QFP_MPIRUN, (const char *const[]){__VA_ARGS__, NULL})
#define MPIRUN(...) program_wait(MPIRUN_START(__VA_ARGS__))

/* The processes of the program that mpirun made, in the order in which they began. */
static inline int ranks_of(pid_t mpirun, pid_t *out, int most)
{
    char path[64], list[4096];
    int count = 0;
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)mpirun, (int)mpirun);
    read_back(path, list, sizeof list);
    for (char *at = list, *end; count < most; at = end) {
        long pid = strtol(at, &end, 10);
        if (end == at)
            break;
        out[count++] = (pid_t)pid;
    }
    return count;
}

#endif
