# SPDX-License-Identifier: MIT
"""condition.c as an asyncio program: waiting until something is true."""
import asyncio


class Bakery:
    def __init__(self):
        self.changed = asyncio.Condition()
        self.loaves = 0


async def buy(bakery, name, wanted):
    async with bakery.changed:
        print(f"{name} wants {wanted}")
        await bakery.changed.wait_for(lambda: bakery.loaves >= wanted)
        bakery.loaves -= wanted
        print(f"{name} has {wanted}, {bakery.loaves} left")


async def bake(bakery):
    for _ in range(3):
        await asyncio.sleep(0.05)
        async with bakery.changed:
            bakery.loaves += 2
            print(f"baked 2, {bakery.loaves} there")
            bakery.changed.notify_all()


async def main():
    bakery = Bakery()
    await asyncio.gather(
        buy(bakery, "Ada", 3), buy(bakery, "Bob", 1), bake(bakery)
    )
    print("left:", bakery.loaves)


asyncio.run(main())
