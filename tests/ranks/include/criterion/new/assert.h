/* assert.h - all of it is in criterion.h beside it. */
