// TensorFlow 2 names the variables of a checkpoint by the object that holds them, "model/kernel/.ATTRIBUTES/VARIABLE_VALUE", and stores the
// graph of these objects beside them. Schema: tensorflow/core/protobuf/trackable_object_graph.proto.
#pragma once

#include <map>
#include <span>
#include <string>

namespace musicvae::interop {

/// The name of the text that has the graph.
inline constexpr const char* kObjectGraph = "_CHECKPOINTABLE_OBJECT_GRAPH";

/// The full name of each variable, as a graph of TensorFlow 1 has it, by its name in the checkpoint. Throws FormatError, without the name
/// of the file, for bytes that are not a protobuf.
[[nodiscard]] std::map<std::string, std::string> full_names(std::span<const std::byte> graph);

}  // namespace musicvae::interop
