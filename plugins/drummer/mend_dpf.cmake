# What DPF 1.6 gets wrong so that the drummer cannot undo it. The build compiles mended copies of some of DPF's sources.

# Replaces FROM with TO in the variable `source`, or says in the variable `unknown` that it is not there.
function(musicvae_mend FROM TO)
  string(FIND "${source}" "${FROM}" at)
  if(at EQUAL -1)
    set(unknown "${FROM}" PARENT_SCOPE)
  endif()
  string(REPLACE "${FROM}" "${TO}" mended "${source}")
  set(source "${mended}" PARENT_SCOPE)
endfunction()

# Compiles the variable `source` into TARGET in place of DPF's DistrhoPlugin<PART>.cpp.
function(musicvae_compile_mended TARGET PART)
  if(unknown)
    message(WARNING "${MUSICVAE_DPF} is not DPF 1.6: its ${PART} lacks `${unknown}`, and is compiled as it is; run the drummer's tests")
    return()
  endif()
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/mended/${TARGET})
  # configure_file() writes only what changed, so that nothing is compiled again.
  file(WRITE ${folder}/${PART}.txt "${source}")
  configure_file(${folder}/${PART}.txt ${folder}/src/DistrhoPlugin${PART}.cpp COPYONLY)
  configure_file(${MUSICVAE_DPF}/distrho/DistrhoPluginMain.cpp ${folder}/DistrhoPluginMain.cpp COPYONLY)
  get_target_property(sources ${TARGET} SOURCES)
  list(TRANSFORM sources REPLACE "^.*/DistrhoPluginMain.cpp$" ${folder}/DistrhoPluginMain.cpp)
  set_target_properties(${TARGET} PROPERTIES SOURCES "${sources}")
  target_include_directories(${TARGET} PRIVATE ${MUSICVAE_DPF}/distrho/src)
endfunction()

# In CLAP and VST3, a state that a host hands over in pieces, or that was cut off, is read on from a byte that was never written, and may
# end there.
macro(musicvae_mend_state)
  musicvae_mend("orig = buffer[read];" "orig = '\\xff';")
endmacro()

# In CLAP, bars before the first are all its first beat.
function(musicvae_mend_dpf_clap TARGET)
  set(unknown "")
  file(READ ${MUSICVAE_DPF}/distrho/src/DistrhoPluginCLAP.cpp source)
  musicvae_mend_state()
  musicvae_mend("if (transport->song_pos_beats >= 0)" "if (true)")
  musicvae_mend("= std::abs(transport->song_pos_beats);" "= transport->song_pos_beats;")
  musicvae_compile_mended(${TARGET} CLAP)
endfunction()

# The program for JACK goes on for ever when its server ends, and without a display its face takes all of a processor's time.
function(musicvae_mend_dpf_jack TARGET)
  set(unknown "")
  file(READ ${MUSICVAE_DPF}/distrho/src/DistrhoPluginJACK.cpp source)
  musicvae_mend("while (! gCloseSignalReceived)" "while (! gCloseSignalReceived && fClient != nullptr)")
  musicvae_mend("fUI.exec(this);" "if (std::getenv(\"DISPLAY\") != nullptr) fUI.exec(this);
        else while (! gCloseSignalReceived && fClient != nullptr) usleep(100000);")
  musicvae_compile_mended(${TARGET} JACK)
endfunction()

# In LV2, hosts without a worker or options, such as lv2bench, are refused. The drummer has a thread of its own, and takes blocks of any
# length: a worker only lets the host choose its files.
function(musicvae_mend_dpf_lv2 TARGET)
  set(unknown "")
  file(READ ${MUSICVAE_DPF}/distrho/src/DistrhoPluginLV2.cpp source)
  musicvae_mend("if (worker == nullptr)" "if (false)")
  musicvae_mend("if (options == nullptr)" "static const LV2_Options_Option none = {};
    if (options == nullptr) options = &none;
    if (false)")
  musicvae_compile_mended(${TARGET} LV2)
  set(unknown "")
  file(READ ${MUSICVAE_DPF}/distrho/src/DistrhoPluginLV2export.cpp source)
  musicvae_mend("#if DISTRHO_PLUGIN_WANT_STATE\n    LV2_WORKER__schedule,\n#endif\n" "")
  musicvae_mend("    \"opts:options\",\n    LV2_URID__map,\n" "    LV2_URID__map,\n")
  musicvae_mend("    LV2_BUF_SIZE__boundedBlockLength,\n"
    "    LV2_BUF_SIZE__boundedBlockLength,\n    \"opts:options\",\n    LV2_WORKER__schedule,\n")
  musicvae_compile_mended(${TARGET} LV2export)
endfunction()

# In VST3:
# - A bar lasts a whole number of quarter notes for DPF, so that one of 1/8 is a division by zero, which ends the host, and bars before the
#   first are counted backwards. The copy computes with fractions.
# - A plug-in with MIDI input has 2,080 parameters for MIDI controllers before its own; DPF takes its own first one for another of them.
# - The velocity of an incoming note is rounded down, so that some come one lower than they were sent.
function(musicvae_mend_dpf_vst3 TARGET)
  set(unknown "")
  file(READ ${MUSICVAE_DPF}/distrho/src/DistrhoPluginVST3.cpp source)
  musicvae_mend_state()
  musicvae_mend("= std::abs(ctx->project_time_quarters);" "= ctx->project_time_quarters;")
  musicvae_mend("const int    ppqPerBar = ctx->time_sig_numerator * 4 / ctx->time_sig_denom;"
    "const double ppqPerBar = std::max(1, ctx->time_sig_numerator) * 4.0 / std::max(1, ctx->time_sig_denom);
                const double bars      = std::floor(ppqPos / ppqPerBar);")
  musicvae_mend("(std::fmod(ppqPos, ppqPerBar) / ppqPerBar)" "((ppqPos - bars * ppqPerBar) / ppqPerBar)")
  musicvae_mend("static_cast<int32_t>(ppqPos) / ppqPerBar + 1" "static_cast<int32_t>(bars) + 1")
  musicvae_mend("if (ctx->project_time_quarters < 0.0)" "if (false)")
  musicvae_mend("rindex <= kVst3InternalParameterMidiCC_end" "rindex < kVst3InternalParameterMidiCC_end")
  musicvae_mend("(int)(eventStorage.noteOn.velocity * 127)" "(int)(eventStorage.noteOn.velocity * 127 + 0.5f)")
  musicvae_compile_mended(${TARGET} VST3)
endfunction()

# In the dialogue for files, "Open" does nothing where no file is chosen, so that nobody can choose a folder (and without D-Bus, which DPF's
# CMake does not know, there is no dialogue for saving). In the copy it gives the folder that is shown, with a slash at its end.
function(musicvae_mend_dpf_dialogue TARGET)
  set(unknown "")
  file(READ ${MUSICVAE_DPF}/distrho/extra/sofd/libsofd.c source)
  musicvae_mend("if (_fsel >= 0 && _fsel < _dircount) {\n\t\tfib_open (dpy, _fsel);\n\t}"
    "if (_fsel >= 0 && _fsel < _dircount) fib_open (dpy, _fsel);
	else if (_cur_path[0] == '/') strcpy (_rv_open, _cur_path), _status = 1;")
  if(unknown)
    message(WARNING "${MUSICVAE_DPF} is not DPF 1.6: its dialogue for files lacks `${unknown}`, and is compiled as it is")
    return()
  endif()
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/mended/dialogue)
  file(WRITE ${folder}/libsofd.txt "${source}")
  configure_file(${folder}/libsofd.txt ${folder}/distrho/extra/sofd/libsofd.c COPYONLY)
  foreach(file distrho/extra/FileBrowserDialogImpl.cpp dgl/src/pugl.cpp)  # which include it
    configure_file(${MUSICVAE_DPF}/${file} ${folder}/${file} COPYONLY)
  endforeach()
  get_target_property(sources ${TARGET} SOURCES)
  list(TRANSFORM sources REPLACE "^.*/dgl/src/pugl.cpp$" ${folder}/dgl/src/pugl.cpp)
  set_target_properties(${TARGET} PROPERTIES SOURCES "${sources}")
  target_include_directories(${TARGET} PRIVATE ${MUSICVAE_DPF}/dgl/src ${MUSICVAE_DPF}/distrho/extra ${MUSICVAE_DPF}/distrho/extra/sofd)
endfunction()
