# SPDX-License-Identifier: MIT
# The toolchain of the web presets: the Emscripten whose emcc is on PATH.

# Debian's and an emsdk's are laid out alike below their root, and both are
# asked for it by their own em-config.
find_program(EFT_EM_CONFIG em-config REQUIRED)
if(NOT EMSCRIPTEN_ROOT_PATH)
  execute_process(
    COMMAND ${EFT_EM_CONFIG} EMSCRIPTEN_ROOT
    OUTPUT_VARIABLE EMSCRIPTEN_ROOT_PATH
    OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
endif()

# Emscripten links with scripts that need the npm package acorn.  Debian keeps
# that in a package of its own, where only Debian's node looks: whatever node
# is on PATH is told.
if(NOT DEFINED EFT_EMCC_NODE_PATH)
  set(EFT_EMCC_NODE_PATH "" CACHE PATH "Where emcc's node finds acorn")
  find_program(EFT_DPKG dpkg)
  if(EFT_DPKG AND NOT EXISTS ${EMSCRIPTEN_ROOT_PATH}/node_modules/acorn)
    execute_process(COMMAND ${EFT_DPKG} -L node-acorn
                    OUTPUT_VARIABLE _eft_files ERROR_QUIET)
    if(_eft_files MATCHES "(/[^\n]*)/acorn/package.json\n")
      set_property(CACHE EFT_EMCC_NODE_PATH PROPERTY VALUE ${CMAKE_MATCH_1})
    endif()
  endif()
endif()
if(EFT_EMCC_NODE_PATH)
  set(CMAKE_C_LINKER_LAUNCHER ${CMAKE_COMMAND} -E env
                              NODE_PATH=${EFT_EMCC_NODE_PATH})
endif()

include(${EMSCRIPTEN_ROOT_PATH}/cmake/Modules/Platform/Emscripten.cmake)
