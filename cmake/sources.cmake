# SPDX-License-Identifier: MIT
# Every source of the library, by what it belongs to.

# Portable: no OS, no browser.
set(EFT_CORE_SOURCES
    sdk/core/as_completed.c
    sdk/core/barrier.c
    sdk/core/blocking.c
    sdk/core/blocks.c
    sdk/core/cancel.c
    sdk/core/combine.c
    sdk/core/condition.c
    sdk/core/debug.c
    sdk/core/detail.c
    sdk/core/error.c
    sdk/core/event.c
    sdk/core/executor.c
    sdk/core/fail.c
    sdk/core/fiber_pool.c
    sdk/core/fiber_task.c
    sdk/core/future.c
    sdk/core/gather.c
    sdk/core/group.c
    sdk/core/ids.c
    sdk/core/label.c
    sdk/core/live.c
    sdk/core/lock.c
    sdk/core/log.c
    sdk/core/log_format.c
    sdk/core/loop.c
    sdk/core/memory.c
    sdk/core/queue.c
    sdk/core/queue_items.c
    sdk/core/remote.c
    sdk/core/result.c
    sdk/core/run.c
    sdk/core/schedule.c
    sdk/core/semaphore.c
    sdk/core/shield.c
    sdk/core/step.c
    sdk/core/task.c
    sdk/core/text.c
    sdk/core/timeout.c
    sdk/core/timer.c
    sdk/core/tree.c
    sdk/core/unseen.c
    sdk/core/wait.c
    sdk/core/wait_for.c
    sdk/core/waiter.c)
set(EFT_NET_SOURCES
    sdk/net/bytes.c
    sdk/net/handler.c
    sdk/net/handler_connect.c
    sdk/net/json.c
    sdk/net/message.c
    sdk/net/reconnect.c
    sdk/net/reconnect_policy.c
    sdk/net/url.c
    sdk/net/url_reference.c
    sdk/net/url_user.c
    sdk/net/utf8.c
    sdk/net/ws.c
    sdk/net/ws_connect.c
    sdk/net/ws_keepalive.c
    sdk/net/ws_op.c
    sdk/net/ws_opening.c
    sdk/net/ws_options.c
    sdk/net/ws_options_check.c
    sdk/net/ws_ping.c
    sdk/net/ws_receive.c
    sdk/net/ws_redirect.c
    sdk/net/ws_send.c
    sdk/net/ws_turns.c)

# A leaf that a world may include: native does.
set(EFT_FRAME_SOURCES
    sdk/net/deflate_offer.c
    sdk/net/frame.c
    sdk/net/frame_control.c
    sdk/net/frame_data.c
    sdk/net/frame_write.c
    sdk/net/mask.c
    sdk/net/protocol.c)

# Its part that needs zlib: what stands for it elsewhere is tests/no_deflate.c.
set(EFT_DEFLATE_SOURCES
    sdk/net/deflate.c)
