# SPDX-License-Identifier: MIT
"""steps.c as an asyncio program: a hundred thousand tasks that sleep."""
import asyncio

COUNT = 100_000


async def nap(number):
    await asyncio.sleep((number % 10) / 1000)
    return number


async def main():
    numbers = await asyncio.gather(*(nap(number) for number in range(COUNT)))
    print(COUNT, "tasks, sum", sum(numbers))


asyncio.run(main())
