# SPDX-License-Identifier: MIT
"""as_completed.c as an asyncio program: results as they come."""
import asyncio


async def cook(dish, ms):
    await asyncio.sleep(ms / 1000)
    return dish


async def main():
    tasks = [
        asyncio.create_task(cook(dish, ms), name=dish)
        for dish, ms in (("stew", 400), ("tea", 100), ("toast", 200), ("ham", 60000))
    ]
    try:
        for dish in asyncio.as_completed(tasks, timeout=1):
            print("served:", await dish)
    except TimeoutError:
        print("the kitchen closes: timed out")
    for task in tasks:
        if task.cancel():
            print("still in the oven:", task.get_name())


asyncio.run(main())
