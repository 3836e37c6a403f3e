/* SPDX-License-Identifier: MIT
 * The log: levels, one settable sink. */
#ifndef EFT_LOG_H
#define EFT_LOG_H

#ifdef __cplusplus
extern "C" {
#endif

/* The library logs little: what Handler does, and the error that a program ends
 * with. Programs may use the same log, so that one sink sees all lines in
 * order.
 *
 *     eft_log(EFT_LOG_INFO, "reply: %d", reply);
 *
 * Targets: without a sink lines go to stderr natively, with the time and the
 *          level before them; on the web to the loader's log function, or else
 *          to the browser's console, at the level's own method. */
typedef enum eft_log_level {
    EFT_LOG_DEBUG = 0,
    EFT_LOG_INFO = 1,
    EFT_LOG_WARN = 2,
    EFT_LOG_ERROR = 3,
    EFT_LOG_OFF = 4 /* for eft_log_set_level: nothing is logged */
} eft_log_level;

/* A sink gets each line that passes the level: NUL-terminated, no newline,
 * valid until it returns.  It must not call eft_log(). */
typedef void eft_log_sink(void *context, eft_log_level level, const char *line);

/* eft_log writes one line, formatted as printf does; it is cut at 1,023 bytes.
 * A line below the level costs a comparison. */
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
void eft_log(eft_log_level level, const char *format, ...);

/* eft_log_line writes one line as it is. */
void eft_log_line(eft_log_level level, const char *line);

/* eft_log_set_level sets the lowest level that is logged; at first
 * EFT_LOG_INFO. */
void eft_log_set_level(eft_log_level level);

/* eft_log_set_sink sends all later lines to sink; NULL restores the target's.
 *
 * Owns:    borrows context until the next call. */
void eft_log_set_sink(eft_log_sink *sink, void *context);

#ifdef __cplusplus
}
#endif
#endif
