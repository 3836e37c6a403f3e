/* SPDX-License-Identifier: MIT
 * The context switch for x86-64, System V ABI; its contract is switch.h. */

#if defined(__x86_64__) && defined(__LP64__) && !defined(EFT_UCONTEXT)

/* A sleeping stack, from its saved stack pointer upwards:
 *
 *      0  MXCSR, 4 bytes; x87 control word, 2 bytes; 2 unused
 *      8  r15
 *     16  r14
 *     24  r13        a new fiber: arg
 *     32  r12        a new fiber: entry
 *     40  rbx
 *     48  rbp        a new fiber: 0, the end of the chain of frames
 *     56  where to go on
 *     64  (what the caller of swap had)
 *
 * The object says nothing of CET: a linker then leaves shadow stacks off in
 * the whole program, and only without them may a stack be left like this. */

#define FRAME_SIZE 64

/* Mach-O puts an underscore before every C name. */
#if defined(__ELF__)
#define SYMBOL(name) name
#define PRIVATE(name) .hidden SYMBOL(name)
#define FUNCTION(name) .type SYMBOL(name), @function
#define END(name) .size SYMBOL(name), . - SYMBOL(name)
#else
#define SYMBOL(name) _##name
#define PRIVATE(name) .private_extern SYMBOL(name)
#define FUNCTION(name)
#define END(name)
#endif

    .text

/* Puts the frame drawn above on the stack that is left. */
    .macro SAVE
    pushq   %rbp
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %rbp, 0
    pushq   %rbx
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %rbx, 0
    pushq   %r12
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %r12, 0
    pushq   %r13
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %r13, 0
    pushq   %r14
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %r14, 0
    pushq   %r15
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %r15, 0
    subq    $8, %rsp
    .cfi_adjust_cfa_offset 8
    stmxcsr (%rsp)
    fnstcw  4(%rsp)
    .endm

/* Takes it from the stack that wakes: both have the same shape, so what the
 * CFI says of it stays true. */
    .macro RESTORE
    /* Loading both always is cheaper than finding that they are the same: to
     * read what stmxcsr has just written takes longer. */
    ldmxcsr (%rsp)
    fldcw   4(%rsp)
    addq    $8, %rsp
    .cfi_adjust_cfa_offset -8
    popq    %r15
    .cfi_adjust_cfa_offset -8
    .cfi_same_value %r15
    popq    %r14
    .cfi_adjust_cfa_offset -8
    .cfi_same_value %r14
    popq    %r13
    .cfi_adjust_cfa_offset -8
    .cfi_same_value %r13
    popq    %r12
    .cfi_adjust_cfa_offset -8
    .cfi_same_value %r12
    popq    %rbx
    .cfi_adjust_cfa_offset -8
    .cfi_same_value %rbx
    popq    %rbp
    .cfi_adjust_cfa_offset -8
    .cfi_same_value %rbp
    .endm

/* bool eft__switch_swap(eft__switch *self) */
    .globl SYMBOL(eft__switch_swap)
    PRIVATE(eft__switch_swap)
    FUNCTION(eft__switch_swap)
    .p2align 6
SYMBOL(eft__switch_swap):
    .cfi_startproc
    SAVE
    movq    (%rdi), %rax
    movq    %rsp, (%rdi)
    movq    %rax, %rsp
    RESTORE
    movl    $1, %eax
    /* Not ret: the processor would expect the address of the last call, which
     * was made on the other stack, and be wrong every time. */
    popq    %rcx
    .cfi_adjust_cfa_offset -8
    .cfi_register %rip, %rcx
    jmpq    *%rcx
    .cfi_endproc
    END(eft__switch_swap)

/* void eft__switch_hand_over(eft__switch *self, eft__switch *next) */
    .globl SYMBOL(eft__switch_hand_over)
    PRIVATE(eft__switch_hand_over)
    FUNCTION(eft__switch_hand_over)
    .p2align 6
SYMBOL(eft__switch_hand_over):
    .cfi_startproc
    SAVE
    movq    (%rdi), %rax        /* who resumed self ... */
    movq    %rsp, (%rdi)
    movq    (%rsi), %rsp
    movq    %rax, (%rsi)        /* ... sleeps under next now */
    RESTORE
    movl    $1, %eax
    /* Here ret is right: nearly always the other fiber sleeps in the same call
     * as this one, and its callers are the same too, so that all returns from
     * here on are foreseen. */
    ret
    .cfi_endproc
    END(eft__switch_hand_over)

/* void eft__switch_init(eft__switch *self, void *bottom, void *top,
 *                       void (*entry)(void *arg), void *arg) */
    .globl SYMBOL(eft__switch_init)
    PRIVATE(eft__switch_init)
    FUNCTION(eft__switch_init)
    .p2align 4
SYMBOL(eft__switch_init):
    .cfi_startproc
    andq    $-16, %rdx
    subq    $FRAME_SIZE, %rdx
    stmxcsr (%rdx)
    fnstcw  4(%rdx)
    xorl    %eax, %eax
    movq    %rax, 8(%rdx)
    movq    %rax, 16(%rdx)
    movq    %r8, 24(%rdx)
    movq    %rcx, 32(%rdx)
    movq    %rax, 40(%rdx)
    movq    %rax, 48(%rdx)
    leaq    9f(%rip), %rax     /* into eft__switch_begin */
    movq    %rax, 56(%rdx)
    movq    %rdx, (%rdi)
    ret
    .cfi_endproc
    END(eft__switch_init)

/* Where a new fiber begins.  An undefined rip tells debuggers and unwinders
 * that nothing called this; the nop is there since they look up the byte
 * before a return address. */
    .globl SYMBOL(eft__switch_begin)
    PRIVATE(eft__switch_begin)
    FUNCTION(eft__switch_begin)
    .p2align 4
SYMBOL(eft__switch_begin):
    .cfi_startproc
    .cfi_undefined %rip
    nop
9:
    movq    %r13, %rdi
    callq   *%r12
    ud2
    .cfi_endproc
    END(eft__switch_begin)

#endif

#if defined(__ELF__)
    .section .note.GNU-stack, "", @progbits
#endif
