# SPDX-License-Identifier: MIT
"""callbacks.c as an asyncio program: functions that a future calls when done."""
import asyncio
from functools import partial


def report(name, future):
    if future.cancelled():
        print(f"{name}: cancelled")
    elif future.exception():
        print(f"{name}: failed")
    else:
        print(f"{name}: {future.result()}")


async def answer():
    await asyncio.sleep(0.1)
    return 42


async def refuse():
    raise RuntimeError("not today")


async def promise():
    future = asyncio.get_running_loop().create_future()
    future.add_done_callback(partial(report, "first"))
    future.add_done_callback(partial(report, "second"))
    print("resolving")
    future.set_result(7)
    print("resolved: nothing has been called yet")
    future.add_done_callback(partial(report, "late"))
    await asyncio.sleep(0)


async def main():
    await promise()
    for name, body in (("answer", answer), ("refusal", refuse)):
        task = asyncio.create_task(body())
        task.add_done_callback(partial(report, name))
        await asyncio.wait([task])
    sleeper = asyncio.create_task(asyncio.sleep(60))
    sleeper.add_done_callback(partial(report, "sleeper"))
    sleeper.cancel()
    await asyncio.wait([sleeper])


asyncio.run(main())
