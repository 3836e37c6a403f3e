/* SPDX-License-Identifier: MIT
 * eft: an async SDK for C, native and in the browser. */
#ifndef EFT_EFT_H
#define EFT_EFT_H

/* In the order in which a reader needs them. */
#include "eft/error.h"
#include "eft/result.h"
#include "eft/future.h"
#include "eft/task.h"
#include "eft/step.h"
#include "eft/combine.h"
#include "eft/sync.h"
#include "eft/queue.h"
#include "eft/timeout.h"
#include "eft/group.h"
#include "eft/loop.h"
#include "eft/debug.h"
#include "eft/log.h"
#include "eft/memory.h"
#include "eft/message.h"
#include "eft/json.h"
#include "eft/tls.h"
#include "eft/ws.h"
#include "eft/reconnect.h"
#include "eft/handler.h"
#include "eft/http.h"

#endif
