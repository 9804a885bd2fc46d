/* network.h - a network of a stated rate and latency between ranks of one machine, by delay. */
#ifndef QFPI_BENCH_NETWORK_H
#define QFPI_BENCH_NETWORK_H

/* Blocks of doubles leave a rank one after the other at `rate` bytes a second and are there `latency` seconds later, whatever
 * the ranks do meanwhile, as a network card sends them; what waits for one earlier waits.  rate 0: they are there
 * as soon as MPI has them.  The machine's own copies take their time beside it. */
void bench_network(double rate, double latency);

#endif
