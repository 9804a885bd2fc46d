#include "io/progress.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <unistd.h>

#include "core/text.h"

#define BAR_WIDTH 30
#define USUAL_WIDTH 80
#define TERMINAL_INTERVAL 0.1 /* seconds: faster than that nobody reads */
#define PLAIN_INTERVAL 10.0
#define FIRST_PLAIN 2.0              /* shorter runs leave no trace in a log */
#define PATIENCE_MICROSECONDS 800000 /* of who waits for a first line */

/* Prepared beforehand: a signal may come at any time. */
static struct {
    char text[256];
    size_t length;
} promise;

static void keep_promise(int signal)
{
    (void)signal;
    if (write(STDERR_FILENO, promise.text, promise.length) < 0)
        return; /* nobody listens */
}

void qfp_progress_promise(const char *label)
{
    const struct itimerval once = {.it_value = {.tv_usec = PATIENCE_MICROSECONDS}};
    struct sigaction action = {.sa_handler = keep_promise, .sa_flags = SA_RESTART};
    char shown[200];
    qfpi_text_show(label, sizeof shown, shown);
    promise.length = (size_t)snprintf(promise.text, sizeof promise.text, "%s: planning\n", shown);
    sigemptyset(&action.sa_mask);
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &once, NULL);
}

void qfp_progress_settle(void)
{
    const struct itimerval never = {0};
    setitimer(ITIMER_REAL, &never, NULL);
}

void qfp_progress_tell(const char *sentence)
{
    char shown[1024];
    qfp_progress_settle();
    qfpi_text_show(sentence, sizeof shown, shown);
    fprintf(stderr, "qfp: %s\n", shown);
}

struct qfp_progress {
    char *label;
    double (*now)(void);
    bool terminal;
    bool line_open; /* a bar stands on the current line */
    bool reported;  /* a plain line was written */
    double start, last;
    double first_fraction; /* a resumed run begins above 0 */
};

qfp_progress *qfp_progress_create(const char *label, double (*now)(void))
{
    if (label == NULL)
        return NULL;
    qfp_progress *p = calloc(1, sizeof *p);
    if (p == NULL)
        return NULL; /* a run without a bar is better than no run */
    p->label = qfpi_text_printable(label);
    if (p->label == NULL) {
        free(p);
        return NULL;
    }
    const char *kind = getenv("TERM");
    p->terminal = isatty(STDERR_FILENO) && kind != NULL && strcmp(kind, "dumb") != 0;
    p->now = now;
    p->start = now();
    p->last = -1;
    p->first_fraction = -1;
    return p;
}

static void format_duration(double seconds, char *out, size_t size)
{
    if (seconds < 60)
        snprintf(out, size, "%.0f s", seconds);
    else if (seconds < 3600)
        snprintf(out, size, "%d min %02d s", (int)seconds / 60, (int)seconds % 60);
    else if (seconds < 360000)
        snprintf(out, size, "%d h %02d min", (int)seconds / 3600, (int)seconds / 60 % 60);
    else
        snprintf(out, size, "%.0f days", seconds / 86400);
}

static void format_remaining(const qfp_progress *p, double fraction, double elapsed, char *out,
                             size_t size)
{
    double done = fraction - p->first_fraction;
    char duration[32];
    out[0] = '\0';
    if (done <= 0 || fraction >= 1)
        return;
    format_duration(elapsed * (1 - fraction) / done, duration, sizeof duration);
    snprintf(out, size, ", %s left", duration);
}

static int screen_width(void)
{
    struct winsize window = {0};
    bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0;
    return known ? window.ws_col : USUAL_WIDTH;
}

/* Bytes of the first characters of `text`, `most` of them. */
static int bytes_of(const char *text, int most)
{
    const char *at = text;
    for (unsigned code; *at != '\0' && most > 0; --most) {
        size_t length = qfpi_text_character(at, &code);
        at += length > 0 ? length : 1;
    }
    return (int)(at - text);
}

/* In one line: what a terminal wraps no carriage return takes back. */
static void draw_bar(qfp_progress *p, double fraction, const char *remaining, const char *note)
{
    char bar[BAR_WIDTH + 1], state[256];
    int filled = (int)(fraction * BAR_WIDTH);
    for (int i = 0; i < BAR_WIDTH; ++i)
        bar[i] = i < filled ? '=' : i == filled ? '>' : ' ';
    bar[BAR_WIDTH] = '\0';
    snprintf(state, sizeof state, " [%s] %5.1f %%%s%s%s", bar, 100 * fraction, remaining,
             note[0] != '\0' ? ", " : "", note);
    int room = screen_width() - 1, of_state = bytes_of(state, room),
        of_label = bytes_of(p->label, room - of_state);
    /* \033[K clears what a longer line left behind */
    fprintf(stderr, "\r%.*s%.*s\033[K", of_label, p->label, of_state, state);
    fflush(stderr);
    p->line_open = true;
}

void qfp_progress_update(qfp_progress *p, double fraction, const char *note)
{
    if (p == NULL)
        return;
    fraction = fraction > 0 ? (fraction < 1 ? fraction : 1) : 0; /* NaN becomes 0 */
    if (p->first_fraction < 0)
        p->first_fraction = fraction;
    double elapsed = p->now() - p->start;
    double interval = p->terminal ? TERMINAL_INTERVAL : PLAIN_INTERVAL;
    bool first = p->last < 0;
    if (first ? !p->terminal && elapsed < FIRST_PLAIN : elapsed - p->last < interval)
        return;
    p->last = elapsed;
    qfp_progress_settle();
    char remaining[64];
    format_remaining(p, fraction, elapsed, remaining, sizeof remaining);
    if (note == NULL)
        note = "";
    if (p->terminal) {
        draw_bar(p, fraction, remaining, note);
        return;
    }
    fprintf(stderr, "%s: %.1f %%%s%s%s\n", p->label, 100 * fraction, remaining,
            note[0] != '\0' ? ", " : "", note);
    p->reported = true;
}

void qfp_progress_destroy(qfp_progress *p)
{
    if (p == NULL)
        return;
    double elapsed = p->now() - p->start;
    if (p->line_open)
        fputs("\r\033[K", stderr);
    if (p->line_open ? elapsed >= FIRST_PLAIN : p->reported) {
        char duration[32];
        format_duration(elapsed, duration, sizeof duration);
        fprintf(stderr, "%s: ended after %s\n", p->label, duration);
    }
    free(p->label);
    free(p);
}
