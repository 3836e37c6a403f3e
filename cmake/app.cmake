# SPDX-License-Identifier: MIT
# eft_add_app: a program, native or page-loadable, from the same line of CMake.

# Builds without fibers are for small programs: terser makes the JavaScript
# small too, where it is installed.
if(EMSCRIPTEN AND EFT_FIBERS STREQUAL "none")
  find_program(EFT_TERSER terser
               HINTS ${CMAKE_CURRENT_LIST_DIR}/../node_modules/.bin
               NO_CMAKE_FIND_ROOT_PATH)
endif()

# Has NAME.mjs minified when it has been linked.
function(eft_minify name)
  set(compress passes=3,ecma=2020)
  if(EFT_SMALL)
    # Neither a getter nor a constructor without "this" is in what is linked.
    string(APPEND compress ,pure_getters,unsafe_arrows)
  endif()
  add_custom_command(
    TARGET ${name} POST_BUILD
    COMMAND ${EFT_TERSER} --module --compress ${compress} --mangle
            --output $<TARGET_FILE:${name}> -- $<TARGET_FILE:${name}>
    VERBATIM)
endfunction()

# eft_add_app(NAME SOURCES... [WORLD virtual])
#
# Natively it makes the executable NAME; on the web NAME.mjs and NAME.wasm, which
# web/loader.mjs starts.  It lands where CMAKE_RUNTIME_OUTPUT_DIRECTORY says.
# WORLD virtual links a clock that jumps, and no network.
function(eft_add_app name)
  cmake_parse_arguments(PARSE_ARGV 1 APP "" "WORLD" "")
  if(APP_WORLD STREQUAL "virtual")
    set(library eft-virtual)
  elseif(NOT APP_WORLD)
    set(library eft)
  else()
    message(FATAL_ERROR "eft_add_app: there is no world ${APP_WORLD}")
  endif()

  add_executable(${name} ${APP_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE ${library})
  if(EMSCRIPTEN)
    set_target_properties(${name} PROPERTIES SUFFIX .mjs)
    # A JavaScript library is no object that CMake would follow by itself.
    get_target_property(js ${library} EFT_JS_LIBRARIES)
    set_target_properties(${name} PROPERTIES LINK_DEPENDS "${js}")
  endif()
  if(EFT_TERSER)
    eft_minify(${name})
  endif()
endfunction()

# eft_add_site(NAME PAGES...): adds the demo NAME and its pages, which lie in
# NAME/page/ (with ../ in front elsewhere, as what several share), to
# EFT_SITE_DIR, which the web presets share:
#
#   NAME/            the demo's own page
#   eft/loader.mjs   what starts a program
#   jspi/            NAME.mjs and NAME.wasm of each preset: also asyncify/ and
#                    plain/, as the loader calls them
function(eft_add_site name)
  list(TRANSFORM ARGN PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/${name}/page/
       OUTPUT_VARIABLE pages)
  set(web ${PROJECT_SOURCE_DIR}/web)
  set(site ${EFT_SITE_DIR})
  add_custom_target(
    site-${name} ALL
    COMMAND ${CMAKE_COMMAND} -E make_directory
            ${site}/${name} ${site}/eft ${site}/${EFT_BUILD_NAME}
    COMMAND ${CMAKE_COMMAND} -E copy_if_different ${pages} ${site}/${name}
    COMMAND ${CMAKE_COMMAND} -E copy_if_different ${web}/loader.mjs ${site}/eft
    COMMAND ${CMAKE_COMMAND} -E copy_if_different
            $<TARGET_FILE:${name}>
            $<TARGET_FILE_DIR:${name}>/${name}.wasm ${site}/${EFT_BUILD_NAME}
    DEPENDS ${name} VERBATIM)
endfunction()
