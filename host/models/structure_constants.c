#include "models/structure_constants.h"

#include <stddef.h>

/* for a < b < c; all others follow by antisymmetry */
typedef struct entry {
    int a, b, c;
    double value;
} entry;

#define HALF_ROOT_3 0.86602540378443864676

static const entry su2[] = {{1, 2, 3, 1.0}};
static const entry su3[] = {
    {1, 2, 3, 1.0}, {1, 4, 7, 0.5},  {1, 5, 6, -0.5},        {2, 4, 6, 0.5},         {2, 5, 7, 0.5},
    {3, 4, 5, 0.5}, {3, 6, 7, -0.5}, {4, 5, 8, HALF_ROOT_3}, {6, 7, 8, HALF_ROOT_3},
};

int qfpi_group_dimension(qfp_group group)
{
    return group == QFP_GROUP_SU2 ? 3 : 8;
}

static void swap(int *a, int *b, double *sign)
{
    if (*a > *b) {
        int kept = *a;
        *a = *b;
        *b = kept;
        *sign = -*sign;
    }
}

double qfpi_structure_constant(qfp_group group, int a, int b, int c)
{
    const entry *table = group == QFP_GROUP_SU2 ? su2 : su3;
    size_t count = group == QFP_GROUP_SU2 ? sizeof su2 / sizeof *su2 : sizeof su3 / sizeof *su3;
    double sign = 1.0;
    swap(&a, &b, &sign);
    swap(&b, &c, &sign);
    swap(&a, &b, &sign);
    for (size_t i = 0; i < count; i++)
        if (table[i].a == a && table[i].b == b && table[i].c == c)
            return sign * table[i].value;
    return 0.0;
}
