// The table of heads, and what they have in common.
#include "musicvae/model/head.hpp"

#include "musicvae/model/heads/categorical.hpp"
#include "musicvae/model/heads/feel.hpp"
#include "musicvae/model/heads/groove.hpp"
#include "musicvae/model/heads/nade.hpp"

namespace musicvae {
namespace {

template <class Unit>
std::unique_ptr<Head> new_head() {
  return std::make_unique<Unit>();
}

std::vector<HeadFactory>& head_table() {
  static std::vector<HeadFactory> all = {new_head<GrooveHead>, new_head<CategoricalHead>, new_head<NadeHead>, new_head<FeelHead>};
  return all;
}

}  // namespace

const std::vector<HeadFactory>& heads() {
  return head_table();
}

void register_head(HeadFactory make) {
  head_table().push_back(make);
}

void Head::fields(ConfigFields&) {}

void Head::validate(const ModelConfig&, const ConfigCheck&) const {}

int Head::logit_depth(int depth) const {
  return depth;
}

bool Head::samples_feel() const noexcept {
  return false;
}

std::vector<TensorSpec> Head::tensors(const ModelConfig&) const {
  return {};
}

bool Head::computes_cell_logits() const noexcept {
  return false;
}

bool Head::equals(const Head& other) const {
  const auto text = [](const Head& head) {
    ConfigFieldText fields;
    head.clone()->fields(fields);
    return fields.text();
  };
  return name() == other.name() && text(*this) == text(other);
}

}  // namespace musicvae
