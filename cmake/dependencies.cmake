# SPDX-License-Identifier: MIT
# cJSON and CUnit for both targets; libuv, libcurl, OpenSSL and zlib natively.

# Each is reached through a target of ours: eft-cjson, eft-cunit, eft-carrier,
# eft-curl, eft-zlib; on the web the last is empty.
add_library(eft-cjson INTERFACE)
add_library(eft-cunit INTERFACE)
add_library(eft-zlib INTERFACE)

if(NOT EMSCRIPTEN)
  find_package(PkgConfig REQUIRED)
  pkg_check_modules(EFT_CJSON REQUIRED IMPORTED_TARGET libcjson)
  pkg_check_modules(EFT_CARRIER REQUIRED IMPORTED_TARGET libuv>=1.44 openssl)
  pkg_check_modules(EFT_CURL REQUIRED IMPORTED_TARGET libcurl>=7.88)
  pkg_check_modules(EFT_ZLIB REQUIRED IMPORTED_TARGET zlib)
  # Bodies that are sent as br: where it is missing, nobody is asked for them.
  pkg_check_modules(EFT_BROTLI IMPORTED_TARGET libbrotlidec)
  add_library(eft-brotli INTERFACE)
  if(EFT_BROTLI_FOUND)
    target_link_libraries(eft-brotli INTERFACE PkgConfig::EFT_BROTLI)
    target_compile_definitions(eft-brotli INTERFACE EFT_HAVE_BROTLI)
  endif()
  target_link_libraries(eft-cjson INTERFACE PkgConfig::EFT_CJSON)
  if(EFT_BUILD_TESTS)
    pkg_check_modules(EFT_CUNIT REQUIRED IMPORTED_TARGET cunit)
    target_link_libraries(eft-cunit INTERFACE PkgConfig::EFT_CUNIT)
  endif()
  add_library(eft-carrier INTERFACE)
  target_link_libraries(eft-carrier INTERFACE PkgConfig::EFT_CARRIER)
  add_library(eft-curl INTERFACE)
  target_link_libraries(eft-curl INTERFACE PkgConfig::EFT_CURL)
  target_link_libraries(eft-zlib INTERFACE PkgConfig::EFT_ZLIB)
  return()
endif()

# No distribution has these two for WebAssembly.  script/bootstrap puts their
# sources into .deps; they are compiled with the preset's own flags, because
# CUnit calls setjmp around a test that will be suspended.
set(EFT_DEPS ${PROJECT_SOURCE_DIR}/.deps)
set(_include ${PROJECT_BINARY_DIR}/deps/include)
if(NOT EXISTS ${EFT_DEPS}/cjson/cJSON.c)
  message(FATAL_ERROR "cJSON's sources are missing: run script/bootstrap")
endif()

configure_file(${EFT_DEPS}/cjson/cJSON.h ${_include}/cjson/cJSON.h COPYONLY)
add_library(eft-cjson-web STATIC ${EFT_DEPS}/cjson/cJSON.c)
target_include_directories(eft-cjson-web SYSTEM PUBLIC ${_include})
target_link_libraries(eft-cjson INTERFACE eft-cjson-web)

if(EXISTS ${EFT_DEPS}/cunit/VERSION)
  set(_cunit ${EFT_DEPS}/cunit/CUnit)
  foreach(header CUError CUnit CUnit_intl MyMem TestDB TestRun Util)
    configure_file(${_cunit}/Headers/${header}.h
                   ${_include}/CUnit/${header}.h COPYONLY)
  endforeach()
  add_library(eft-cunit-web STATIC
              ${_cunit}/Sources/Framework/CUError.c
              ${_cunit}/Sources/Framework/MyMem.c
              ${_cunit}/Sources/Framework/TestDB.c
              ${_cunit}/Sources/Framework/TestRun.c
              ${_cunit}/Sources/Framework/Util.c)
  target_include_directories(eft-cunit-web SYSTEM PUBLIC ${_include})
  target_include_directories(eft-cunit-web SYSTEM PRIVATE ${_include}/CUnit)
  target_compile_definitions(eft-cunit-web PRIVATE VERSION="2.1-3")
  target_compile_options(eft-cunit-web PRIVATE -w)
  target_link_libraries(eft-cunit INTERFACE eft-cunit-web)
endif()
