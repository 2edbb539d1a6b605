// Tasks: what models do with a groove: humanise it, make drums of taps, add hats, fill in cells, go on (Gillick et al. 2019, section 3.4).
#pragma once

#include "musicvae/engine/sampler.hpp"
#include "musicvae/sequence/cell_mask.hpp"
#include "musicvae/sequence/drum_sequence.hpp"

namespace musicvae {

/// The groove with a feel: its hits, with the model's velocities and offsets. A model of task humanize makes them of the hits alone; one of
/// task hits_control follows the hits with a z of the seed's own, so that another seed plays another feel. A long groove goes window by
/// window. Throws ArgumentError for a model of another task, an empty groove, one on another grid, and as Sampler::decode does.
[[nodiscard]] DrumSequence humanize(Sampler& sampler, const DrumSequence& groove, const DecodeOptions& options = {.temperature = 0.0F});

/// A drum groove with the rhythm of `taps`, whichever drums those are on: of each step the loudest counts, its velocity does not. A long
/// one goes window by window. Needs a model of task tap; throws as humanize does. Many parts fit one rhythm: the default temperature draws
/// one of them; 0 plays the likeliest, which has no toms or crashes.
[[nodiscard]] DrumSequence tap_to_drums(Sampler& sampler, const DrumSequence& taps, const DecodeOptions& options = {});

/// The groove with a closed hi-hat of the model's: in place of its own, if it has one; its other drums stay as they are. A long one goes
/// window by window. Needs a model of task add_closed_hihat; throws as humanize does.
[[nodiscard]] DrumSequence add_closed_hihat(Sampler& sampler, const DrumSequence& groove,
                                            const DecodeOptions& options = {.temperature = 0.0F});

/// The groove with the cells of `mask` filled in anew; all others stay as they are, and the model makes the new ones with them in mind.
/// A model of task infill has learned that. One of task reconstruct does it through its latent space: z of the groove without those cells,
/// then once more z of what came of that. A long groove goes window by window. Throws as humanize does, and ArgumentError for a mask of
/// another length than the groove's or one that chooses nothing.
[[nodiscard]] DrumSequence infill(Sampler& sampler, const DrumSequence& groove, const CellMask& mask, const DecodeOptions& options = {});

/// `bars` bars that go on where the groove ends; they do not contain it. The model makes half a window at a time, after the half before: a
/// model of task reconstruct from the z of the last window, one of task infill as cells to fill in. A groove shorter than a window is
/// taken to have been repeated. Throws as infill does, and ArgumentError for less than 1 bar, a groove of less than one, or a model whose
/// window is shorter than 2 bars.
[[nodiscard]] DrumSequence continue_groove(Sampler& sampler, const DrumSequence& groove, int bars, const DecodeOptions& options = {});

}  // namespace musicvae
