function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "failed (${code}): ${ARGN}")
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK}/prefix ${WORK}/build ${WORK}/trained)
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/prefix)
run(${CMAKE_COMMAND} -S ${CONSUMER} -B ${WORK}/build -DCMAKE_PREFIX_PATH=${WORK}/prefix -DCMAKE_CXX_COMPILER=${COMPILER} "-DCMAKE_CXX_FLAGS=${FLAGS}" -DCMAKE_BUILD_TYPE=Debug
  -DTRAIN=${TRAIN} -DTorch_DIR=${TORCH_DIR})
run(${CMAKE_COMMAND} --build ${WORK}/build)
run(${WORK}/build/use_core)
run(${WORK}/build/use_library ${WORK}/loop.mid)
if(TRAIN)
  file(MAKE_DIRECTORY ${WORK}/trained)
  run(${WORK}/build/use_train ${WORK}/trained)
  run(${WORK}/prefix/bin/musicvae train --help)  # finds LibTorch from where it is installed
endif()
