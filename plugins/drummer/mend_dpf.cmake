# What DPF 1.6 gets wrong so that the drummer cannot undo it. The build compiles a mended copy of the source.

# Replaces FROM with TO in the text of a variable, or says in the variable `unknown` that it is not there.
function(musicvae_mend VARIABLE FROM TO)
  string(FIND "${${VARIABLE}}" "${FROM}" at)
  if(at EQUAL -1)
    set(unknown "${FROM}" PARENT_SCOPE)
  endif()
  string(REPLACE "${FROM}" "${TO}" mended "${${VARIABLE}}")
  set(${VARIABLE} "${mended}" PARENT_SCOPE)
endfunction()

# musicvae_mend_dpf_vst3(TARGET), for VST3:
# - A bar lasts a whole number of quarter notes for DPF, so that one of 1/8 is a division by zero, which ends the host, and bars before the
#   first are counted backwards. The copy computes with fractions.
# - A plug-in with MIDI input has 2,080 parameters for MIDI controllers before its own; DPF takes its own first one for another of them.
# - The velocity of an incoming note is rounded down, so that some come one lower than they were sent.
function(musicvae_mend_dpf_vst3 TARGET)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/mended)
  set(unknown "")
  file(READ ${MUSICVAE_DPF}/distrho/src/DistrhoPluginVST3.cpp source)
  musicvae_mend(source "= std::abs(ctx->project_time_quarters);" "= ctx->project_time_quarters;")
  musicvae_mend(source "const int    ppqPerBar = ctx->time_sig_numerator * 4 / ctx->time_sig_denom;"
    "const double ppqPerBar = std::max(1, ctx->time_sig_numerator) * 4.0 / std::max(1, ctx->time_sig_denom);
                const double bars      = std::floor(ppqPos / ppqPerBar);")
  musicvae_mend(source "(std::fmod(ppqPos, ppqPerBar) / ppqPerBar)" "((ppqPos - bars * ppqPerBar) / ppqPerBar)")
  musicvae_mend(source "static_cast<int32_t>(ppqPos) / ppqPerBar + 1" "static_cast<int32_t>(bars) + 1")
  musicvae_mend(source "if (ctx->project_time_quarters < 0.0)" "if (false)")
  musicvae_mend(source "rindex <= kVst3InternalParameterMidiCC_end" "rindex < kVst3InternalParameterMidiCC_end")
  musicvae_mend(source "(int)(eventStorage.noteOn.velocity * 127)" "(int)(eventStorage.noteOn.velocity * 127 + 0.5f)")
  if(unknown)
    message(WARNING "${MUSICVAE_DPF} is not DPF 1.6: its VST3 lacks `${unknown}`, and is compiled as it is; run the drummer's tests")
    return()
  endif()
  # configure_file() writes only what changed, so that nothing is compiled again.
  file(WRITE ${folder}/vst3.txt "${source}")
  configure_file(${folder}/vst3.txt ${folder}/src/DistrhoPluginVST3.cpp COPYONLY)
  configure_file(${MUSICVAE_DPF}/distrho/DistrhoPluginMain.cpp ${folder}/DistrhoPluginMain.cpp COPYONLY)  # includes that
  get_target_property(sources ${TARGET} SOURCES)
  list(TRANSFORM sources REPLACE "^.*/DistrhoPluginMain.cpp$" ${folder}/DistrhoPluginMain.cpp)
  set_target_properties(${TARGET} PROPERTIES SOURCES "${sources}")
  target_include_directories(${TARGET} PRIVATE ${MUSICVAE_DPF}/distrho/src)
endfunction()
