/* SPDX-License-Identifier: MIT
 * What the two halves of the log share. */
#ifndef EFT_CORE_LOG_H
#define EFT_CORE_LOG_H

#include <stdbool.h>

#include "eft/log.h"

bool eft__log_passes(eft_log_level level);

#endif
