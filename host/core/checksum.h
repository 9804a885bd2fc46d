/* checksum.h - INTERNAL: tells damaged bytes from those that were written. */
#ifndef QFPI_CHECKSUM_H
#define QFPI_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Every step is one to one in the word that it takes in: bytes that differ within one aligned word of eight
 * never have the same checksum, others with a chance of 2^-64.  Not for enemies. */
static inline uint64_t qfpi_checksum(uint64_t seed, const void *bytes, size_t count);

/* The same of bytes that come in parts, all but the last of whole words: from `seed ^ count` of all of them on. */
static inline uint64_t qfpi_checksum_part(uint64_t sum, const void *bytes, size_t count)
{
    const unsigned char *at = bytes;
    for (size_t left = count; left > 0;) {
        uint64_t word = 0;
        size_t take = left < sizeof word ? left : sizeof word;
        memcpy(&word, at, take);
        sum = (sum ^ word) * UINT64_C(0x9E3779B97F4A7C15);
        sum ^= sum >> 32;
        at += take;
        left -= take;
    }
    return sum;
}

static inline uint64_t qfpi_checksum(uint64_t seed, const void *bytes, size_t count)
{
    return qfpi_checksum_part(seed ^ count, bytes, count);
}

#endif
