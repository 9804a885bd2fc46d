/* team.h - the threads of OpenMP, started once and for all where a failure can still be answered. */
#ifndef QFPI_CPU_TEAM_H
#define QFPI_CPU_TEAM_H

/* Starts the team of this thread and answers how many threads it has: `wanted`, or fewer where the system
 * gives no more.  OpenMP itself would end the program then. */
int cpu_team_start(int wanted);

#endif
