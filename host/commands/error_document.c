/* error_document.c - what --json says of a command that fails and has no document of its own. */
#include "commands/commands.h"

static json_t *number_or_null(int number)
{
    return number > 0 ? json_integer(number) : json_null();
}

json_t *error_document(const arguments *a, qfp_status status)
{
    static const char *const names[] = {
#define X(name, exit_status, text) #name,
        QFP_STATUS_LIST(X)
#undef X
    };
    const char *file = a->positional_count > 0 ? config_name(a) : "";
    qfp_config_place at = qfp_config_place_of_error(file);
    return json_pack(
        "{s:{s:s, s:i, s:o, s:o, s:o, s:o, s:o}}", "error", "status", names[status], "exit_status",
        exit_status(status), "message", qfpi_json_text(qfp_last_error()), "file",
        at.line > 0 ? qfpi_json_text(file) : json_null(), "line", number_or_null(at.line), "column",
        number_or_null(at.column), "key", at.key[0] != '\0' ? qfpi_json_text(at.key) : json_null());
}
