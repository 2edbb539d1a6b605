# What this project's own targets share: warnings, sanitizers, and the function that adds a test.

add_library(musicvae_own_code INTERFACE)
target_compile_options(musicvae_own_code INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion)
if(MUSICVAE_WERROR)
  target_compile_options(musicvae_own_code INTERFACE -Werror)
endif()
if(MUSICVAE_SANITIZE)
  target_compile_options(musicvae_own_code INTERFACE
    "$<$<NOT:$<BOOL:$<TARGET_PROPERTY:MUSICVAE_NOT_SANITIZED>>>:-fsanitize=${MUSICVAE_SANITIZE};-fno-sanitize-recover=all;-fno-omit-frame-pointer>")
  target_link_options(musicvae_own_code INTERFACE -fsanitize=${MUSICVAE_SANITIZE})
endif()

# musicvae_compile_fast(TARGET): for programs that call the libraries and have no inner loops of their own. They are compiled more often than
# they are run, and most of their compile time goes into the headers of other libraries. Sanitizers triple what the optimizer takes.
function(musicvae_compile_fast TARGET)
  if(MUSICVAE_SANITIZE)
    target_compile_options(${TARGET} PRIVATE -O0)
  elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
    target_compile_options(${TARGET} PRIVATE -O1)
  endif()
endfunction()

# musicvae_add_test(NAME file.cpp... [LIBS target...]): one GoogleTest binary whose tests CTest discovers.
# LibTorch runs on one thread, because tests run in parallel and its threads spin while they wait.
# tests/paths.cpp contains the locations of tests/data and of the reference files.
function(musicvae_add_test NAME)
  cmake_parse_arguments(ARG "" "" "LIBS" ${ARGN})
  add_executable(${NAME} ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(${NAME} PRIVATE ${ARG_LIBS} musicvae_test_paths musicvae_own_code nlohmann_json::nlohmann_json GTest::gtest GTest::gmock GTest::gtest_main)
  target_include_directories(${NAME} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_compile_options(${NAME} PRIVATE -O0)  # the library that it tests is optimised
  gtest_discover_tests(${NAME} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 900 ENVIRONMENT "OMP_NUM_THREADS=1")
endfunction()
