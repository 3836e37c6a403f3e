/* SPDX-License-Identifier: MIT
 * Not more than two at a time, the others in the order of their coming.
 *
 *   natively:  build/native/demos/asyncio/semaphore
 *   Node:      node web/run.mjs build/web-asyncify/demos/asyncio/semaphore.mjs
 *
 * It prints semaphore.txt, and so does semaphore.py. */
#include <stdio.h>

#include <eft/eft.h>

enum { GUESTS = 5, ROOM = 2 };

struct house {
    eft_semaphore *door;
    int inside;
    int most;
};

struct guest {
    struct house *house;
    int number;
};

static eft_result stay(struct house *house)
{
    house->inside++;
    if (house->most < house->inside)
        house->most = house->inside;
    eft_result result = eft_await(eft_sleep(50));
    house->inside--;
    return result;
}

static eft_result visit(void *arg)
{
    const struct guest *self = arg;

    EFT_TRY(eft_await(eft_semaphore_acquire(self->house->door)));
    printf("guest %d enters\n", self->number);
    eft_result result = stay(self->house);
    int32_t error = eft_semaphore_release(self->house->door);
    return error ? eft_failed(error) : result;
}

static eft_result receive(struct house *house)
{
    struct guest guests[GUESTS];
    eft_future *visits[GUESTS];

    for (int i = 0; i < GUESTS; i++) {
        guests[i] = (struct guest){house, i + 1};
        visits[i] = eft_spawn(visit, &guests[i]);
    }
    EFT_TRY(eft_await(eft_gather_array(visits, GUESTS, NULL)));
    printf("at most %d at a time\n", house->most);
    if (eft_semaphore_release(house->door) == EFT_EINVAL)
        puts("released too often: refused");
    return eft_ok();
}

static eft_result app(void *arg)
{
    struct house house = {.door = eft_semaphore_new_bounded(ROOM)};

    (void)arg;
    eft_result result = house.door ? receive(&house) : eft_failed(EFT_ENOMEM);
    eft_semaphore_free(house.door);
    return result;
}

int main(void)
{
    return eft_run(app, NULL);
}
