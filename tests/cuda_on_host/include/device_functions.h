/* device_functions.h - functions device code may call that a C++ library does not have.  The
 * rounding ones are exact on both sides; the transcendental ones agree with a device to an ulp or
 * two, as those of <math.h> do. */
#ifndef QFP_SHIM_DEVICE_FUNCTIONS_H
#define QFP_SHIM_DEVICE_FUNCTIONS_H

/* Macros, because glibc declares sinpi and cospi from 2.41 on and rsqrt from 2.42 on: the same
 * functions everywhere, whatever <math.h> has. */
static inline double shim_rsqrt(double x)
{
    return 1.0 / sqrt(x);
}
static inline double shim_sinpi(double x)
{
    return sin(3.14159265358979323846 * fmod(x, 2.0));
}
static inline double shim_cospi(double x)
{
    return cos(3.14159265358979323846 * fmod(x, 2.0));
}
#define rsqrt(x) shim_rsqrt(x)
#define sinpi(x) shim_sinpi(x)
#define cospi(x) shim_cospi(x)
static inline void sincospi(double x, double *s, double *c)
{
    *s = sinpi(x);
    *c = cospi(x);
}
template <class T> static inline T __ldg(const T *pointer)
{
    return *pointer;
}
static inline double __fma_rn(double a, double b, double c)
{
    return fma(a, b, c);
}
static inline double __dmul_rn(double a, double b)
{
    return a * b;
}
static inline double __dadd_rn(double a, double b)
{
    return a + b;
}
static inline double __ddiv_rn(double a, double b)
{
    return a / b;
}
static inline unsigned int __umulhi(unsigned int a, unsigned int b)
{
    return (unsigned int)(((unsigned long long)a * b) >> 32);
}
static inline unsigned long long __umul64hi(unsigned long long a, unsigned long long b)
{
    return (unsigned long long)(((unsigned __int128)a * b) >> 64);
}

#define SHIM_MIN_MAX(type)                                                                         \
    static inline type min(type a, type b)                                                         \
    {                                                                                              \
        return a < b ? a : b;                                                                      \
    }                                                                                              \
    static inline type max(type a, type b)                                                         \
    {                                                                                              \
        return a > b ? a : b;                                                                      \
    }
SHIM_MIN_MAX(int)
SHIM_MIN_MAX(unsigned int)
SHIM_MIN_MAX(long)
SHIM_MIN_MAX(unsigned long)
#undef SHIM_MIN_MAX
static inline double min(double a, double b)
{
    return fmin(a, b);
}
static inline double max(double a, double b)
{
    return fmax(a, b);
}

#endif
