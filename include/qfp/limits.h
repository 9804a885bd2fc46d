/* limits.h - what is compiled in. */
#ifndef QFP_LIMITS_H
#define QFP_LIMITS_H

#define QFP_MAX_MODES 8

#endif
