/* SPDX-License-Identifier: MIT
 * The log's level and sink. */
#include "log.h"

#include "targets/world.h"

static eft_log_level lowest = EFT_LOG_INFO;
static eft_log_sink *sink;
static void *sink_context;

bool eft__log_passes(eft_log_level level)
{
    return level >= lowest && level < EFT_LOG_OFF;
}

void eft_log_line(eft_log_level level, const char *line)
{
    if (!eft__log_passes(level))
        return;
    if (sink)
        sink(sink_context, level, line);
    else
        eft_target_log((int)level, line);
}

void eft_log_set_level(eft_log_level level)
{
    lowest = level;
}

void eft_log_set_sink(eft_log_sink *function, void *context)
{
    sink = function;
    sink_context = context;
}
