// Models that Magenta trained or published, and training begun there: TensorFlow checkpoints and the folders of its JavaScript libraries.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "musicvae/model/config.hpp"
#include "musicvae/model/model_file.hpp"
#include "musicvae/train/checkpoint.hpp"

namespace musicvae::interop {

/// What was read.
struct ImportedCheckpoint {
  ModelFile model{};
  /// Weights, Adam's moments and the step, if the checkpoint has all of them. It names no data, seed or batch, so training goes on from it
  /// with any (Checkpoint::imported).
  std::optional<train::Checkpoint> training{};
  std::string format{};                 ///< "a TensorFlow checkpoint", "a magenta.js folder", "a deeplearn.js folder"
  std::vector<std::string> left_out{};  ///< names of what the checkpoint has besides, such as text
};

/// Reads one of these:
/// - a TensorFlow checkpoint: its name, one of its files, its folder or a .tar or .tar.gz of it (TensorBundle::open), of format V1 too. The
///   variables of a BasicLSTMCell, and those of TensorFlow before 1.2 ("weights", "biases"), get the names that Magenta's have today,
///   and so do those that TensorFlow 2 names by the object that holds them.
/// - a folder of magenta.js, or its config.json; quantised weights too
/// - a folder of deeplearn.js, which magenta.js read until 2018, or its manifest.json
///
/// `config` is that of the model. Without it, it is the named config whose tensors have these shapes; of several, the one that the
/// converter of a JavaScript folder or the name of the checkpoint or folder tells. A checkpoint may lack whole groups of the encoder's
/// tensors (missing_encoder_tensors): the model is then partial, see ModelFile::lacks. Weights of cuDNN's layers are converted: those under
/// its canonical names, and opaque ones. A .tar.gz that unpacks to more than 32 times its size (and 64 MiB) is refused.
///
/// Throws FileError and FormatError as TensorBundle::open does, and so for files of format V1; ConfigError if several configs fit; and
/// ModelError if none does or `config` does not: it names the first tensor that does not fit, its shape and the configs that would fit. A
/// checkpoint of another model, such as a MusicRNN, is named as such.
[[nodiscard]] ImportedCheckpoint import_checkpoint(const std::filesystem::path& path, const std::optional<ModelConfig>& config = {});

/// Writes the training checkpoint to `folder`, which is created if it does not exist, and returns its path. A run that resumes there goes
/// on from it. Throws ModelError if there is none, ArgumentError for a folder that contains a run already, and FileError.
std::filesystem::path write_run(const ImportedCheckpoint& imported, const std::filesystem::path& folder);

/// Writes a model as a TensorFlow checkpoint that Magenta and TensorFlow load: the weights under their names as float32, and global_step,
/// the step in the model's training summary. Throws as write_tensor_bundle and check_weights do, and ModelError for a partial model.
void export_tensorflow(const std::filesystem::path& prefix, const ModelFile& model);

/// The same for a training checkpoint, with Adam's moments and powers, so that training goes on in Magenta.
void export_tensorflow(const std::filesystem::path& prefix, const train::Checkpoint& checkpoint);

}  // namespace musicvae::interop
