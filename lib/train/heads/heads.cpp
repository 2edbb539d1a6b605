// The table of heads in training.
#include "train/heads/heads.hpp"

#include <map>
#include <string>
#include <utility>

#include "musicvae/error.hpp"

namespace musicvae::train {
namespace {

using Table = std::map<std::string, std::unique_ptr<const Head>, std::less<>>;

Table& trained_heads() {
  static Table table = [] {
    Table all;
    all.emplace("groove", groove_head());
    all.emplace("categorical", categorical_head());
    all.emplace("nade", nade_head());
    all.emplace("feel", feel_head());
    return all;
  }();
  return table;
}

}  // namespace

const Head& head_of(const ModelConfig& config) {
  const auto found = trained_heads().find(config.head->name());
  if (found == trained_heads().end()) {
    throw ConfigError("config \"" + config.name + "\": the head " + std::string(config.head->name()) +
                      " has no loss; add one with train::register_head");
  }
  return *found->second;
}

void register_head(std::string_view name, std::unique_ptr<const Head> head) {
  trained_heads().insert_or_assign(std::string(name), std::move(head));
}

}  // namespace musicvae::train
