// TensorFlow's checkpoints of format V1, as tf.train.Saver wrote them before 1.0 and still does with write_version=V1: one sorted table, or
// several shards, with the variables inside. Schema: tensorflow/core/util/saved_tensor_slice.proto.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "file_set.hpp"
#include "foreign_model.hpp"

namespace musicvae::interop {

/// Between the name of a checkpoint and the numbers of its shard.
inline constexpr std::string_view kV1Joint = "-";

/// The names of the files of the V1 checkpoint `name` among `files`: itself, or NAME-00000-of-00002 and so on. Empty: there is none.
[[nodiscard]] std::vector<std::string> v1_files(const FileSet& files, const std::string& name);

/// Adds the variables of these files to `model`, and the names of text to what it has left out. Throws FormatError for a damaged file, a
/// missing shard, a variable that is there twice, has an unknown type, is stored in slices or has not as many values as its shape needs.
void read_v1_checkpoint(const FileSet& files, const std::vector<std::string>& names, ForeignModel& model);

}  // namespace musicvae::interop
