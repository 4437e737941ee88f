# SPDX-License-Identifier: Apache-2.0
# kw_elf, kw_libbpf, kw_jansson, kw_xxhash: the libraries by name, so that the linker takes an archive for a
# static program and a shared library for others. KW_LINK_STATIC says whether kwhile can be one.
include(CheckCSourceCompiles)

function(kw_library name)
  add_library(${name} INTERFACE)
  target_link_libraries(${name} INTERFACE ${ARGN})
endfunction()

# libbcc_bpf has parts in C++, which only its users pull in; libelf may want more than zlib.
execute_process(COMMAND ${CMAKE_C_COMPILER} -print-file-name=libstdc++.a
                OUTPUT_VARIABLE KW_STDCXX OUTPUT_STRIP_TRAILING_WHITESPACE)
set(KW_LINK_STATIC OFF)
if(KW_STATIC AND NOT KW_SANITIZE AND IS_ABSOLUTE "${KW_STDCXX}")
  set(KW_LIBBPF_NEEDS ${LIBELF_STATIC_LIBRARIES} stdc++ m)
  set(CMAKE_REQUIRED_LINK_OPTIONS -static-pie)
  set(CMAKE_REQUIRED_LIBRARIES jansson xxhash iberty lzma bcc_bpf bpf ${KW_LIBBPF_NEEDS})
  check_c_source_compiles("
    #include <bcc/libbpf.h>
    #include <bcc/bcc_syms.h>
    #include <bpf/bpf.h>
    #include <jansson.h>
    #include <libiberty/demangle.h>
    #include <lzma.h>
    #include <xxhash.h>
    int main(int n, char **v)
    {
      return bcc_create_map_xattr(0, 0) + bpf_obj_get(v[0]) + json_is_true(json_true()) +
             (cplus_demangle(v[0], 0) != 0) + lzma_version_number() +
             (int)XXH3_64bits(v[0], (unsigned long)n) + bcc_resolve_symname(0, 0, 0, 0, 0, 0);
    }" KW_ARCHIVES_LINK)
  unset(CMAKE_REQUIRED_LINK_OPTIONS)
  unset(CMAKE_REQUIRED_LIBRARIES)
  set(KW_LINK_STATIC ${KW_ARCHIVES_LINK})
endif()
if(NOT KW_LINK_STATIC)
  set(KW_LIBBPF_NEEDS "")
endif()
message(STATUS "kwhile is linked statically: ${KW_LINK_STATIC}")

kw_library(kw_libbpf bcc_bpf ${LIBBPF_LIBRARIES} ${KW_LIBBPF_NEEDS})
kw_library(kw_elf iberty lzma ${LIBELF_LIBRARIES} z)
kw_library(kw_jansson ${JANSSON_LIBRARIES})
kw_library(kw_xxhash ${XXHASH_LIBRARIES})
foreach(pair kw_elf:LIBELF kw_libbpf:LIBBPF kw_jansson:JANSSON kw_xxhash:XXHASH)
  string(REPLACE ":" ";" pair ${pair})
  list(GET pair 0 library)
  list(GET pair 1 package)
  target_include_directories(${library} SYSTEM INTERFACE ${${package}_INCLUDE_DIRS})
  target_link_directories(${library} INTERFACE ${${package}_LIBRARY_DIRS})
endforeach()
