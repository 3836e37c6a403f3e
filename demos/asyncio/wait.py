# SPDX-License-Identifier: MIT
"""wait.c as an asyncio program: waiting for some of several tasks."""
import asyncio
from asyncio import ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION


async def hare():
    await asyncio.sleep(0.1)


async def fox():
    await asyncio.sleep(0.3)
    raise RuntimeError("fell asleep")


async def tortoise():
    await asyncio.sleep(1)


async def wait(what, tasks, **options):
    done, pending = await asyncio.wait(tasks, **options)
    arrived = [task.get_name() for task in tasks if task in done]
    underway = [task.get_name() for task in tasks if task in pending]
    print(f"{what}: done", *arrived)
    if underway:
        print("  pending", *underway)


async def main():
    tasks = [asyncio.create_task(run(), name=run.__name__) for run in (hare, fox, tortoise)]
    await wait("first completed", tasks, return_when=FIRST_COMPLETED)
    await wait("first error", tasks, return_when=FIRST_EXCEPTION)
    await wait("after a timeout", tasks, timeout=0.05)
    await wait("all completed", tasks, return_when=ALL_COMPLETED)
    for task in tasks:
        print(f"{task.get_name()}:", task.exception() or "arrived")


asyncio.run(main())
