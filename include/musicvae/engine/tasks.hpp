// Tasks that models do with a groove: humanise it, turn taps into drums, add a hi-hat, fill in cells, continue it (Gillick et al. 2019,
// section 3.4).
#pragma once

#include "musicvae/engine/sampler.hpp"
#include "musicvae/sequence/cell_mask.hpp"
#include "musicvae/sequence/drum_sequence.hpp"

namespace musicvae {

/// Gives a groove a feel: keeps its hits, and takes velocities and offsets from the model. A model of task humanize predicts them from the
/// hits alone. A model of task hits_control takes the hits as a control track and samples z with the seed, so that another seed gives
/// another feel. A long groove is processed window by window. Throws ArgumentError for a model of another task, an empty groove, a groove
/// on another grid, and as Sampler::decode does.
[[nodiscard]] DrumSequence humanize(Sampler& sampler, const DrumSequence& groove, const DecodeOptions& options = {.temperature = 0.0F});

/// A drum groove with the rhythm of `taps`, whatever drums the taps are on. Only the loudest tap of each step counts, and its velocity does
/// not. A long groove is processed window by window. Needs a model of task tap. Throws as humanize does. Many drum parts fit one rhythm.
/// The default temperature samples one of them; 0 gives the likeliest, which has no toms or crashes.
[[nodiscard]] DrumSequence tap_to_drums(Sampler& sampler, const DrumSequence& taps, const DecodeOptions& options = {});

/// The groove with the model's closed hi-hat in place of its own, if it has one. Its other drums stay as they are. A long groove is
/// processed window by window. Needs a model of task add_closed_hihat. Throws as humanize does.
[[nodiscard]] DrumSequence add_closed_hihat(Sampler& sampler, const DrumSequence& groove,
                                            const DecodeOptions& options = {.temperature = 0.0F});

/// The groove with the cells of `mask` filled in anew. All other cells stay as they are, and the model conditions the new cells on them. A
/// model of task infill has learned this. A model of task reconstruct does it through its latent space: it decodes z of the groove without
/// those cells, and then z of the result. A long groove is processed window by window. Throws as humanize does, and ArgumentError for a
/// mask of another length than the groove's or one that chooses no cell.
[[nodiscard]] DrumSequence infill(Sampler& sampler, const DrumSequence& groove, const CellMask& mask, const DecodeOptions& options = {});

/// `bars` bars that continue the groove; they do not contain it. The model makes half a window at a time, conditioned on the half before. A
/// model of task reconstruct decodes the z of the last window; a model of task infill fills in the cells of the new half. A groove shorter
/// than a window is repeated first. Throws as infill does, and ArgumentError for less than 1 bar or more than 4096, a groove of less than
/// one bar, or a model whose window is shorter than 2 bars.
[[nodiscard]] DrumSequence continue_groove(Sampler& sampler, const DrumSequence& groove, int bars, const DecodeOptions& options = {});

}  // namespace musicvae
