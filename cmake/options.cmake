# SPDX-License-Identifier: MIT
# How our own sources are compiled: eft-options, private to each target.

option(EFT_WERROR "Warnings are errors, as in script/test" OFF)
option(EFT_SANITIZE "Address and undefined-behaviour sanitizers" OFF)

add_library(eft-options INTERFACE)
target_compile_options(
  eft-options
  INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wundef -Wvla -Wwrite-strings
            -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes
            -Wold-style-definition -Wformat-security)
if(EFT_WERROR)
  target_compile_options(eft-options INTERFACE -Werror)
endif()

if(EFT_SANITIZE)
  # Everything is built with them, and linked: a sanitizer half present lies.
  add_compile_options(-fsanitize=address,undefined -fno-omit-frame-pointer
                      -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=address,undefined)
endif()

if(NOT EMSCRIPTEN)
  # A frame larger than the guard page below a fiber's stack must not jump
  # over it.
  include(CheckCCompilerFlag)
  check_c_compiler_flag(-fstack-clash-protection EFT_HAVE_STACK_CLASH)
  if(EFT_HAVE_STACK_CLASH)
    add_compile_options(-fstack-clash-protection)
  endif()
endif()
