# SPDX-License-Identifier: MIT
"""nested.c as an asyncio program: coroutines that call coroutines."""
import asyncio


async def boil(cups):
    print(f"boiling water for {cups}")
    await asyncio.sleep(0.1)
    return cups * 200


async def brew(cups):
    if cups > 4:
        raise ValueError(f"the pot does not hold {cups} cups")
    millilitres = await boil(cups)
    print("pouring")
    await asyncio.sleep(0.1)
    return millilitres


async def serve(cups):
    millilitres = await brew(cups)
    print(f"served {millilitres} ml")


async def factorial(n):
    if n < 2:
        return 1
    await asyncio.sleep(0)
    return n * await factorial(n - 1)


async def main():
    await serve(2)
    try:
        await serve(5)
    except ValueError as error:
        print("no tea:", error)
    print("20! =", await factorial(20))


asyncio.run(main())
