# SPDX-License-Identifier: MIT
"""spinner.c as an asyncio program: something turns while something works."""
import asyncio
from itertools import cycle


async def spin(text):
    try:
        for frame in cycle("|/-\\"):
            print(frame, text, flush=True)
            await asyncio.sleep(0.05)
    except asyncio.CancelledError:
        print("* the spinner stops")
        raise


async def think():
    thought = 0
    for piece in range(1, 6):
        await asyncio.sleep(0.05)
        thought += piece
    return thought


async def main():
    spinner = asyncio.create_task(spin("thinking"))
    answer = await asyncio.create_task(think())
    spinner.cancel()
    await asyncio.wait([spinner])
    print("the answer is", answer)


asyncio.run(main())
