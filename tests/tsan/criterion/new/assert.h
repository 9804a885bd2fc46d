/* assert.h - comparisons of the conformance suite. */
#ifndef QFP_TSAN_ASSERT_H
#define QFP_TSAN_ASSERT_H

#define TSAN_EQ_dbl(a, b) ((a) == (b))
#define TSAN_EQ_sz(a, b) ((a) == (b))
#define TSAN_EQ_int(a, b) ((a) == (b))
#define TSAN_EQ_str(a, b) (strcmp((a), (b)) == 0)
#define eq(type, a, b) TSAN_EQ_##type(a, b)
#define lt(type, a, b) ((a) < (b))
#define epsilon_eq(type, a, b, most) (fabs((a) - (b)) <= (most))

#endif
