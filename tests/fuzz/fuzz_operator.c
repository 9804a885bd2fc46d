/* An operator expression, of one to eight modes by the first byte, and what is made of it. */
#include <complex.h>
#include <stdlib.h>

#include "algebra/hamiltonian.h"
#include "expression/expression.h"
#include "fuzz.h"

static char name_u[] = "U", name_delta[] = "delta", name_big[] = "big";
static const qfp_parameter parameters[] = {{.name = name_u, .value = 0.5},
                                           {.name = name_delta, .value = CMPLX(0.3, -1.0)},
                                           {.name = name_big, .value = 1e300}};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int modes = size > 0 ? 1 + data[0] % QFP_MAX_MODES : 1;
    const qfp_place place = {.file = "fuzz.yaml", .key = "hamiltonian.operator"};
    qfp_node *node = NULL;
    char *text = size > 0 ? fuzz_text(data + 1, size - 1) : fuzz_text(NULL, 0);
    qfp_status status = qfp_expression_parse(text, modes, parameters, 3, &place, &node);
    if (status == QFP_OK) {
        qfp_polynomial wick = {0};
        status = qfp_wick_from_operator(node, modes, &wick);
        if (status == QFP_OK)
            qfp_polynomial_destroy(&wick);
    }
    fuzz_check_refusal(status);
    qfp_node_destroy(node);
    free(text);
    return 0;
}
