// TensorBundle: the checkpoints that tf.train.Saver writes (format V2): NAME.index, and the tensors in NAME.data-00000-of-00001, ...
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "musicvae/model/safetensors.hpp"

namespace musicvae::interop {

struct BundlePlace;

/// The variables of a TensorFlow checkpoint. Files are mapped: only what is used is read. Copies share the files. Any number of threads may
/// read.
class TensorBundle {
 public:
  /// Opens the index. `path` is one of these:
  /// - the checkpoint's name as TensorFlow has it, "run/model.ckpt-2721", or one of its files
  /// - a folder with a `checkpoint` file, which names the checkpoint, or with one checkpoint
  /// - a .tar of such a folder, as Magenta publishes its models, or a .tar.gz (nothing is extracted)
  ///
  /// Throws FileError for a missing file, and FormatError for an index that is cut short or damaged, a tensor that is there twice, has an
  /// unknown type or a size that does not match its shape, lies beyond the end of its file or is stored in slices, and for a checkpoint of
  /// a big-endian machine or of the format V1, which import_checkpoint reads.
  [[nodiscard]] static TensorBundle open(const std::filesystem::path& path);

  /// The name of the checkpoint, "model.ckpt-2721", with the folders of a tar before it: "groovae_4bar/model.ckpt-2721".
  [[nodiscard]] const std::string& name() const;
  /// Every variable by its name. Their bytes are not checked yet: read() does it. Text is left out, see text_tensors().
  [[nodiscard]] const std::map<std::string, TensorView>& tensors() const;
  /// A variable, after a check of its bytes against its checksum. Throws ModelError for a name that is not there, and FormatError, which
  /// names the tensor and the file, for a wrong checksum.
  [[nodiscard]] const TensorView& read(const std::string& name) const;
  /// The names of the tensors of text, which are left out.
  [[nodiscard]] const std::vector<std::string>& text_tensors() const;
  /// Such a text, of one element. Throws ModelError for a name that is not there, and FormatError for damage or several elements.
  [[nodiscard]] std::string read_text(const std::string& name) const;
  /// What keeps the bytes of the views alive.
  [[nodiscard]] std::shared_ptr<const void> owner() const { return contents_; }

 private:
  friend TensorBundle open_bundle(const BundlePlace& place);
  struct Contents;
  explicit TensorBundle(std::shared_ptr<const Contents> contents) : contents_(std::move(contents)) {}
  std::shared_ptr<const Contents> contents_;
};

/// Writes the variables as a checkpoint that TensorFlow reads: PREFIX.data-00000-of-00001, PREFIX.index and, in the same folder, the file
/// `checkpoint` that names it as the latest one. The folder is created if it does not exist. Each is written completely or not at all, in
/// this order. Throws FileError.
void write_tensor_bundle(const std::filesystem::path& prefix, const std::map<std::string, TensorView>& tensors);

}  // namespace musicvae::interop
