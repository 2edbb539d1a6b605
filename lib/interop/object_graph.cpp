#include "object_graph.hpp"

#include <cstdint>
#include <utility>

#include "pbf.hpp"

namespace musicvae::interop {
namespace {

using protozero::pbf_wire_type;

// The numbers of the fields.
constexpr std::uint32_t kNode = 1;
constexpr std::uint32_t kAttribute = 2;
enum SerializedTensor : std::uint32_t { full_name = 2, checkpoint_key = 3 };

}  // namespace

std::map<std::string, std::string> full_names(std::span<const std::byte> graph) {
  return pbf::parsed([&] {
    std::map<std::string, std::string> names;
    protozero::pbf_reader nodes = pbf::reader_of(graph);
    while (nodes.next(kNode, pbf_wire_type::length_delimited)) {
      protozero::pbf_reader attributes = nodes.get_message();
      while (attributes.next(kAttribute, pbf_wire_type::length_delimited)) {
        protozero::pbf_reader attribute = attributes.get_message();
        std::string name;
        std::string key;
        while (attribute.next()) {
          if (attribute.tag_and_type() == protozero::tag_and_type(full_name, pbf_wire_type::length_delimited)) {
            name = attribute.get_string();
          } else if (attribute.tag_and_type() == protozero::tag_and_type(checkpoint_key, pbf_wire_type::length_delimited)) {
            key = attribute.get_string();
          } else {
            attribute.skip();
          }
        }
        if (!name.empty() && !key.empty()) names.emplace(std::move(key), std::move(name));
      }
    }
    return names;
  });
}

}  // namespace musicvae::interop
