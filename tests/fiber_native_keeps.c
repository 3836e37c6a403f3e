/* SPDX-License-Identifier: MIT
 * Tests what a switch between native fibers keeps: registers, jumps. */
#include "fiber_native.h"

#include <fenv.h>
#include <setjmp.h>
#include <stdint.h>

/* Whose registers are tested, and how it swaps: not in variables of the
 * tested function, which are to fill the registers. */
typedef struct tested {
    actor *self;
    void (*swap)(actor *self);
} tested;

/* All of these are in registers here, as far as those go round: then across a
 * call they are in each register that a call keeps. */
#define IN_REGISTERS                                                           \
    __asm__ volatile(""                                                        \
                     : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(e), "+r"(f),   \
                       "+r"(g), "+r"(h), "+r"(i), "+r"(j))

static bool keeps_integers(const volatile tested *with, size_t seed)
{
    size_t a = seed, b = a * 3, c = b * 5, d = c * 7, e = d * 9;
    size_t f = e * 11, g = f * 13, h = g * 15, i = h * 17, j = i * 19;

    for (volatile int round = 0; round < 10; round++) {
        IN_REGISTERS;
        with->swap(with->self);
        IN_REGISTERS;
    }
    return a == seed && b == a * 3 && c == b * 5 && d == c * 7 && e == d * 9 &&
           f == e * 11 && g == f * 13 && h == g * 15 && i == h * 17 &&
           j == i * 19;
}

static bool keeps_doubles(const volatile tested *with, double seed)
{
    double a = seed, b = a * 3, c = b * 5, d = c * 7, e = d * 9;
    double f = e * 11, g = f * 13, h = g * 15, i = h * 17;

    for (int round = 0; round < 10; round++) {
        with->swap(with->self);
        a++, b++, c++, d++, e++, f++, g++, h++, i++;
    }
    a -= 10;
    return a == seed && b == a * 3 + 10 && c == a * 15 + 10 &&
           d == a * 105 + 10 && e == a * 945 + 10 && f == a * 10395 + 10 &&
           g == a * 135135 + 10 && h == a * 2027025 + 10 &&
           i == a * 34459425 + 10;
}

static void park_actor(actor *self)
{
    eft_target_fiber_park(self->fiber);
}

static void resume_actor(actor *self)
{
    CHECK(eft_target_fiber_resume(self->fiber));
}

static void keep_registers(void *arg)
{
    actor *self = arg;
    const volatile tested with = {self, park_actor};

    self->good = keeps_integers(&with, 12345) && keeps_doubles(&with, 12);
    idle(self);
}

void test_registers_are_kept(void)
{
    actor self = {.good = false};
    const volatile tested with = {&self, resume_actor};

    must_create(&self, keep_registers);
    CHECK(keeps_integers(&with, 54321));
    CHECK(keeps_doubles(&with, 21));
    CHECK(eft_target_fiber_resume(self.fiber));
    CHECK(self.good);
    eft_target_fiber_destroy(self.fiber);
}

/* To nearest, 1/3 is less than the real value and 1/10 more. */
static bool rounds_like(int mode)
{
    volatile double one = 1, three = 3, ten = 10;
    const double third = one / three;
    const double tenth = one / ten;

    return fegetround() == mode &&
           (third > 0x1.5555555555555p-2) == (mode == FE_UPWARD) &&
           (tenth < 0x1.999999999999ap-4) == (mode == FE_DOWNWARD);
}

static void round_upward(void *arg)
{
    actor *self = arg;

    /* Begins as its creator was. */
    self->good = rounds_like(FE_DOWNWARD);
    fesetround(FE_UPWARD);
    for (;;) {
        eft_target_fiber_park(self->fiber);
        self->good = self->good && rounds_like(FE_UPWARD);
    }
}

void test_float_control_is_kept(void)
{
    actor self = {.good = false};

    fesetround(FE_DOWNWARD);
    must_create(&self, round_upward);
    for (int i = 0; i < 10; i++) {
        CHECK(eft_target_fiber_resume(self.fiber));
        CHECK(rounds_like(FE_DOWNWARD));
        CHECK(self.good);
    }
    fesetround(FE_TONEAREST);
    CHECK(eft_target_fiber_resume(self.fiber));
    CHECK(self.good);
    CHECK(fegetround() == FE_TONEAREST);
    eft_target_fiber_destroy(self.fiber);
}

static jmp_buf jump_target;

static void jump_from(actor *self, int depth)
{
    volatile char room[200];

    room[0] = (char)depth;
    eft_target_fiber_park(self->fiber);
    if (depth > 1)
        jump_from(self, depth - 1);
    else if (room[0] == 1)
        longjmp(jump_target, 7);
    room[1] = room[0];
}

static void jump(void *arg)
{
    actor *self = arg;

    if (setjmp(jump_target) == 0)
        jump_from(self, 20);
    else
        self->good = true;
    idle(self);
}

void test_longjmp_inside_a_fiber(void)
{
    actor self = {.good = false};

    must_create(&self, jump);
    for (int i = 0; i < 20; i++) {
        CHECK(eft_target_fiber_resume(self.fiber));
        CHECK(!self.good);
    }
    CHECK(eft_target_fiber_resume(self.fiber));
    CHECK(self.good);
    eft_target_fiber_destroy(self.fiber);
}
