# What a configuration says, in one line, of packages and of a PyTorch that will not do.
# configure(CODE code WORDS words... OPTIONS option...): configures the project anew; the exit code must be so, and the words must be said.
function(configure)
  cmake_parse_arguments(ARG "" "CODE" "WORDS;OPTIONS" ${ARGN})
  file(REMOVE_RECURSE ${WORK}/configured)
  execute_process(COMMAND ${CMAKE_COMMAND} -S ${SOURCE} -B ${WORK}/configured -DCMAKE_CXX_COMPILER=${COMPILER} -DMUSICVAE_TESTS=OFF ${ARG_OPTIONS}
    OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE code)
  if(NOT code EQUAL ARG_CODE)
    message(FATAL_ERROR "exit code ${code}, not ${ARG_CODE}, with ${ARG_OPTIONS}:\n${output}")
  endif()
  foreach(words IN LISTS ARG_WORDS)
    string(FIND "${output}" "${words}" place)
    if(place EQUAL -1)
      message(FATAL_ERROR "\"${words}\" is not said with ${ARG_OPTIONS}:\n${output}")
    endif()
  endforeach()
endfunction()

# A PyTorch of a version, in a folder: headers that say no more than that, and libraries that hold nothing.
function(fake_torch VERSION)
  string(REPLACE "." ";" parts ${VERSION})
  set(header "")
  foreach(name MAJOR MINOR PATCH)
    list(POP_FRONT parts part)
    string(APPEND header "#define TORCH_VERSION_${name} ${part}\n")
  endforeach()
  file(REMOVE_RECURSE ${WORK}/torch)
  file(WRITE ${WORK}/torch/include/torch/csrc/api/include/torch/version.h "${header}")
  file(WRITE ${WORK}/torch/share/cmake/Torch/TorchConfig.cmake "")
  foreach(name c10 torch_cpu)
    file(WRITE ${WORK}/torch/lib/lib${name}.so "")
  endforeach()
endfunction()
set(fake -DTorch_DIR=${WORK}/torch/share/cmake/Torch)

configure(CODE 1 WORDS "packages are missing; on Debian and Ubuntu: apt-get install zlib1g-dev libcli11-dev libfmt-dev\n"
  OPTIONS -DCMAKE_DISABLE_FIND_PACKAGE_ZLIB=ON -DCMAKE_DISABLE_FIND_PACKAGE_CLI11=ON -DCMAKE_DISABLE_FIND_PACKAGE_fmt=ON)
configure(CODE 0 WORDS "tests are left out: GoogleTest is not installed" "training is left out: MUSICVAE_TRAIN is OFF"
  OPTIONS -DMUSICVAE_TESTS=AUTO -DCMAKE_DISABLE_FIND_PACKAGE_GTest=ON -DMUSICVAE_TRAIN=OFF)
configure(CODE 1 WORDS "apt-get install libgtest-dev libgmock-dev\n" OPTIONS -DMUSICVAE_TESTS=ON -DCMAKE_DISABLE_FIND_PACKAGE_GTest=ON)

fake_torch(2.6.0)
configure(CODE 0 WORDS "training is left out: PyTorch 2.6.0 in ${WORK}/torch is too old, ${OLDEST} is the oldest that will do" OPTIONS ${fake})
configure(CODE 1 WORDS "MUSICVAE_TRAIN is ON, but PyTorch 2.6.0 in ${WORK}/torch is too old" "install torch ${OLDEST} or later"
  OPTIONS ${fake} -DMUSICVAE_TRAIN=ON)
fake_torch(2.99.0)  # as one whose headers this compiler does not take
configure(CODE 0 WORDS "training is left out: a small program does not build with the PyTorch 2.99.0 in ${WORK}/torch" OPTIONS ${fake})
file(REMOVE ${WORK}/torch/lib/libtorch_cpu.so)
configure(CODE 0 WORDS "training is left out: ${WORK}/torch/lib lacks libc10 or libtorch_cpu" OPTIONS -DCMAKE_PREFIX_PATH=${WORK}/torch)
find_program(python python3 REQUIRED)
file(WRITE ${WORK}/python "#!/bin/sh\nexec ${python} -S \"$@\"\n")  # an interpreter without any package
file(CHMOD ${WORK}/python PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
configure(CODE 0 WORDS "training is left out: ${WORK}/python has no package torch" OPTIONS -DPython3_EXECUTABLE=${WORK}/python)
