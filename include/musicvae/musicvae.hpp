// The whole of musicvae::musicvae: the core, MIDI files, converters, datasets and records, pictures and sound.
#pragma once

#include "musicvae/core.hpp"
#include "musicvae/data/cut.hpp"
#include "musicvae/data/groove_converter.hpp"
#include "musicvae/data/groove_dataset.hpp"
#include "musicvae/data/note_sequence_record.hpp"
#include "musicvae/data/split.hpp"
#include "musicvae/data/tfrecord.hpp"
#include "musicvae/data/window_set.hpp"
#include "musicvae/file.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "musicvae/model/find_model.hpp"
#include "musicvae/render/audio.hpp"
#include "musicvae/render/drum_svg.hpp"
#include "musicvae/render/loss_curve.hpp"
#include "musicvae/render/soundfont.hpp"
#include "musicvae/render/wav.hpp"
