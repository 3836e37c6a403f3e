/* SPDX-License-Identifier: MIT
 * Names the overflow of a fiber's stack before the process dies of it. */
#define _DEFAULT_SOURCE 1
#define _DARWIN_C_SOURCE 1

#include "overflow.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

#include "eft/error.h"
#include "stack.h"

/* Enough for a handler that prints a backtrace, on top of the largest frame
 * that a processor's registers need (11 KiB on x86-64 with AMX). */
#define SIGNAL_STACK_SIZE ((size_t)64 * 1024)

#define TEXT_OF_(number) #number
#define TEXT_OF(number) TEXT_OF_(number)

static const char sentence[] = "eft: a fiber overflowed its stack of " TEXT_OF(
    EFT__STACK_KIB) " KiB "
                    "(too deep a recursion, or too large a local variable)\n";

/* A handler reads the thread's variables: with this model that is a load from
 * a fixed place, where others may call the dynamic linker, or malloc. */
#if defined(__ELF__)
#define SIGNAL_SAFE __attribute__((tls_model("initial-exec")))
#else
#define SIGNAL_SAFE
#endif

static _Thread_local eft__guard *newest SIGNAL_SAFE;
static _Thread_local void *signal_stack SIGNAL_SAFE; /* ours, or NULL */

static struct sigaction before_segv; /* what SIGSEGV did before */
static struct sigaction before_bus;  /* what SIGBUS did before */

static bool is_in_a_guard(const char *address)
{
    for (const eft__guard *guard = newest; guard; guard = guard->next) {
        if (address >= guard->begin && address < guard->end)
            return true;
    }
    return false;
}

/* The kernel made the signal for an instruction, which will fault again if the
 * handler returns; otherwise somebody sent it. */
static bool is_fault(const siginfo_t *info)
{
    return info->si_code > 0;
}

static void chain(int number, siginfo_t *info, void *context)
{
    const struct sigaction *before =
        number == SIGSEGV ? &before_segv : &before_bus;

    if (before->sa_flags & SA_SIGINFO) {
        before->sa_sigaction(number, info, context);
    } else if (before->sa_handler != SIG_DFL && before->sa_handler != SIG_IGN) {
        before->sa_handler(number);
    } else if (is_fault(info)) {
        /* Faults once more, and the kernel does the rest: with SIG_IGN too,
         * since a fault cannot be ignored. */
        (void)sigaction(number, before, NULL);
    } else if (before->sa_handler == SIG_DFL) {
        (void)sigaction(number, before, NULL);
        (void)raise(number); /* blocked here: comes when we return */
    }
}

static void on_fault(int number, siginfo_t *info, void *context)
{
    const int saved = errno;

    if (is_fault(info) && is_in_a_guard(info->si_addr)) {
        /* If stderr is closed there is nobody to tell. */
        ssize_t written = write(STDERR_FILENO, sentence, sizeof sentence - 1);
        (void)written;
    }
    chain(number, info, context);
    errno = saved;
}

static void install(int number, struct sigaction *before)
{
    struct sigaction ours;

    if (sigaction(number, NULL, before))
        return;
    /* The mask and the flags of the handler before: the kernel then calls ours
     * as it would have called that one. */
    ours = *before;
    ours.sa_flags |= SA_SIGINFO | SA_ONSTACK;
    ours.sa_sigaction = on_fault;
    (void)sigaction(number, &ours, NULL);
}

static void install_handlers(void)
{
    install(SIGSEGV, &before_segv);
    install(SIGBUS, &before_bus);
}

/* Keeps a signal stack that somebody else gave this thread. */
static int32_t open_signal_stack(void)
{
    stack_t stack = {.ss_flags = 0};
    void *memory;

    if (sigaltstack(NULL, &stack) || !(stack.ss_flags & SS_DISABLE))
        return 0;
    memory = mmap(NULL, SIGNAL_STACK_SIZE, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return EFT_ELIMIT;
    stack.ss_sp = memory;
    stack.ss_size = SIGNAL_STACK_SIZE;
    stack.ss_flags = 0;
    if (sigaltstack(&stack, NULL))
        (void)munmap(memory, SIGNAL_STACK_SIZE);
    else
        signal_stack = memory;
    return 0;
}

static void close_signal_stack(void)
{
    stack_t stack = {.ss_flags = 0};

    if (!signal_stack)
        return;
    /* Somebody may have put another one in its place since. */
    if (!sigaltstack(NULL, &stack) && stack.ss_sp == signal_stack) {
        stack.ss_flags = SS_DISABLE;
        stack.ss_size = SIGNAL_STACK_SIZE; /* macOS wants a valid one */
        (void)sigaltstack(&stack, NULL);
    }
    (void)munmap(signal_stack, SIGNAL_STACK_SIZE);
    signal_stack = NULL;
}

int32_t eft__overflow_watch(eft__guard *guard, const char *begin,
                            const char *end)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    if (!newest) {
        int32_t error = open_signal_stack();
        if (error)
            return error;
        (void)pthread_once(&once, install_handlers);
    }
    guard->begin = begin;
    guard->end = end;
    guard->previous = NULL;
    guard->next = newest;
    if (newest)
        newest->previous = guard;
    newest = guard;
    return 0;
}

void eft__overflow_unwatch(eft__guard *guard)
{
    if (guard->previous)
        guard->previous->next = guard->next;
    else
        newest = guard->next;
    if (guard->next)
        guard->next->previous = guard->previous;
    if (!newest)
        close_signal_stack();
}
