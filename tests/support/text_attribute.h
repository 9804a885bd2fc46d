/* text_attribute.h - a text attribute of a file that a test made. */
#ifndef QFP_TEST_TEXT_ATTRIBUTE_H
#define QFP_TEST_TEXT_ATTRIBUTE_H

#include <criterion/criterion.h>

#include "io/hdf5_access.h"

/* malloc'ed, NULL when there is none */
static inline char *text_attribute(hid_t object, const char *name)
{
    char *text;
    qfp_status status = qfp_hdf5_read_text(object, "a test's file", name, &text);
    cr_assert(status == QFP_OK, "%s", qfp_last_error());
    return text;
}

#endif
