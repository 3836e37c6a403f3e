/* SPDX-License-Identifier: MIT
 * The context switch for aarch64, AAPCS64; its contract is switch.h. */

#if defined(__aarch64__) && defined(__LP64__) && !defined(EFT_UCONTEXT)

/* A sleeping stack, from its saved stack pointer upwards:
 *
 *      0  d8 to d15   (of v8 to v15 a function keeps the lower halves)
 *     64  x19 to x28  a new fiber: x19 is entry, x20 is arg
 *    144  x29         a new fiber: 0, the end of the chain of frames
 *    152  x30, where to go on; signed where the build signs (PAC)
 *    160  FPCR; 8 bytes unused
 *    176  (what the caller of swap had)
 *
 * x18 belongs to the platform and is not touched. */

#define FRAME_SIZE 176

/* Mach-O puts an underscore before every C name. */
#if defined(__ELF__)
#define SYMBOL(name) name
#define PRIVATE(name) .hidden SYMBOL(name)
#define FUNCTION(name) .type SYMBOL(name), %function
#define END(name) .size SYMBOL(name), . - SYMBOL(name)
#else
#define SYMBOL(name) _##name
#define PRIVATE(name) .private_extern SYMBOL(name)
#define FUNCTION(name)
#define END(name)
#endif

/* Written as hints, which older processors and assemblers take for nops. */
#define BTI_C hint #34
#define PACIASP hint #25
#define AUTIASP hint #29
#define PACIA1716 hint #8

#if defined(__ARM_FEATURE_PAC_DEFAULT)
#define SIGN_LR PACIASP
#define SIGN_LR_CFI .cfi_negate_ra_state
#define CHECK_LR AUTIASP
#define PROPERTY_PAC 2
#else
#define SIGN_LR BTI_C
#define SIGN_LR_CFI
#define CHECK_LR
#define PROPERTY_PAC 0
#endif

    .text

/* Puts the frame drawn above on the stack that is left. */
    .macro SAVE
    SIGN_LR
    SIGN_LR_CFI
    sub     sp, sp, #FRAME_SIZE
    .cfi_def_cfa_offset FRAME_SIZE
    stp     d8, d9, [sp]
    stp     d10, d11, [sp, #16]
    stp     d12, d13, [sp, #32]
    stp     d14, d15, [sp, #48]
    stp     x19, x20, [sp, #64]
    stp     x21, x22, [sp, #80]
    stp     x23, x24, [sp, #96]
    stp     x25, x26, [sp, #112]
    stp     x27, x28, [sp, #128]
    stp     x29, x30, [sp, #144]
    .cfi_offset 72, -176
    .cfi_offset 73, -168
    .cfi_offset 74, -160
    .cfi_offset 75, -152
    .cfi_offset 76, -144
    .cfi_offset 77, -136
    .cfi_offset 78, -128
    .cfi_offset 79, -120
    .cfi_offset 19, -112
    .cfi_offset 20, -104
    .cfi_offset 21, -96
    .cfi_offset 22, -88
    .cfi_offset 23, -80
    .cfi_offset 24, -72
    .cfi_offset 25, -64
    .cfi_offset 26, -56
    .cfi_offset 27, -48
    .cfi_offset 28, -40
    .cfi_offset 29, -32
    .cfi_offset 30, -24
    mrs     x9, fpcr
    str     x9, [sp, #160]
    .endm

/* Takes it from the stack that wakes: both have the same shape, so what the
 * CFI says of it stays true. */
    .macro RESTORE
    /* Writing FPCR can stall the pipeline; it is the same nearly always. */
    ldr     x11, [sp, #160]
    cmp     x9, x11
    b.eq    1f
    msr     fpcr, x11
1:  ldp     d8, d9, [sp]
    ldp     d10, d11, [sp, #16]
    ldp     d12, d13, [sp, #32]
    ldp     d14, d15, [sp, #48]
    ldp     x19, x20, [sp, #64]
    ldp     x21, x22, [sp, #80]
    ldp     x23, x24, [sp, #96]
    ldp     x25, x26, [sp, #112]
    ldp     x27, x28, [sp, #128]
    ldp     x29, x30, [sp, #144]
    .cfi_same_value 72
    .cfi_same_value 73
    .cfi_same_value 74
    .cfi_same_value 75
    .cfi_same_value 76
    .cfi_same_value 77
    .cfi_same_value 78
    .cfi_same_value 79
    .cfi_same_value 19
    .cfi_same_value 20
    .cfi_same_value 21
    .cfi_same_value 22
    .cfi_same_value 23
    .cfi_same_value 24
    .cfi_same_value 25
    .cfi_same_value 26
    .cfi_same_value 27
    .cfi_same_value 28
    .cfi_same_value 29
    .cfi_same_value 30
    add     sp, sp, #FRAME_SIZE
    .cfi_def_cfa_offset 0
    CHECK_LR
    SIGN_LR_CFI
    .endm

/* bool eft__switch_swap(eft__switch *self) */
    .globl SYMBOL(eft__switch_swap)
    PRIVATE(eft__switch_swap)
    FUNCTION(eft__switch_swap)
    .p2align 6
SYMBOL(eft__switch_swap):
    .cfi_startproc
    SAVE
    ldr     x10, [x0]
    mov     x11, sp
    str     x11, [x0]
    mov     sp, x10
    RESTORE
    mov     w0, #1
    /* ret, though it is mispredicted: br may not go to a place without bti. */
    ret
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
    ldr     x10, [x0]           /* who resumed self ... */
    ldr     x12, [x1]
    mov     x11, sp
    str     x11, [x0]
    str     x10, [x1]           /* ... sleeps under next now */
    mov     sp, x12
    RESTORE
    mov     w0, #1
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
    BTI_C
    and     x16, x2, #-16
    adr     x17, 9f             /* into eft__switch_begin */
#if defined(__ARM_FEATURE_PAC_DEFAULT)
    /* As swap would have signed it: the address in x17 with the stack pointer
     * that swap returns with, in x16. */
    PACIA1716
#endif
    sub     x9, x16, #FRAME_SIZE
    stp     xzr, xzr, [x9]
    stp     xzr, xzr, [x9, #16]
    stp     xzr, xzr, [x9, #32]
    stp     xzr, xzr, [x9, #48]
    stp     x3, x4, [x9, #64]
    stp     xzr, xzr, [x9, #80]
    stp     xzr, xzr, [x9, #96]
    stp     xzr, xzr, [x9, #112]
    stp     xzr, xzr, [x9, #128]
    stp     xzr, x17, [x9, #144]
    mrs     x10, fpcr
    str     x10, [x9, #160]
    str     x9, [x0]
    ret
    .cfi_endproc
    END(eft__switch_init)

/* Where a new fiber begins.  An undefined x30 tells debuggers and unwinders
 * that nothing called this; the nop is there since they look up the byte
 * before a return address. */
    .globl SYMBOL(eft__switch_begin)
    PRIVATE(eft__switch_begin)
    FUNCTION(eft__switch_begin)
    .p2align 4
SYMBOL(eft__switch_begin):
    .cfi_startproc
    .cfi_undefined 30
    nop
9:
    mov     x0, x20
    blr     x19
    brk     #1
    .cfi_endproc
    END(eft__switch_begin)

#if defined(__ELF__)
/* Every way in has its landing pad (bit 0, BTI), and return addresses on the
 * stack are signed if the build asks for that (bit 1, PAC). */
    .section .note.gnu.property, "a", %note
    .p2align 3
    .word   4           /* length of the name */
    .word   16          /* length of what follows the name */
    .word   5           /* NT_GNU_PROPERTY_TYPE_0 */
    .asciz  "GNU"
    .word   0xc0000000  /* GNU_PROPERTY_AARCH64_FEATURE_1_AND */
    .word   4           /* length of the bits */
    .word   1 | PROPERTY_PAC
    .word   0           /* padding */
#endif

#endif

#if defined(__ELF__)
    .section .note.GNU-stack, "", %progbits
#endif
