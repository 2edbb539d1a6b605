#include "musicvae/model/heads/categorical.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "musicvae/model/config.hpp"
#include "musicvae/model/tensor_specs.hpp"
#include "musicvae/numerics/exact.hpp"

namespace musicvae {
namespace {

// The one-hot groups of one output part, and the number of groups in the parts before it.
struct PartGroups {
  std::vector<int> widths{};
  std::size_t before = 0;
};

PartGroups groups_of(const ModelConfig& config, int part) {
  const std::vector<int> groups = one_hot_groups(config);
  const std::vector<int> parts = output_parts(config);
  PartGroups result;
  auto group = groups.begin();
  for (int p = 0; p <= part; ++p) {
    result = {.before = static_cast<std::size_t>(group - groups.begin())};
    for (int left = parts[static_cast<std::size_t>(p)]; left > 0 && group != groups.end(); left -= *group++)
      result.widths.push_back(*group);
  }
  return result;
}

class CategoricalChooser final : public StepChooser {
 public:
  explicit CategoricalChooser(PartGroups groups)
      : groups_(std::move(groups)),
        likelihoods_(static_cast<std::size_t>(*std::max_element(groups_.widths.begin(), groups_.widths.end()))) {}

  void choose(const float* logits, int depth, const ChoiceOptions& choice, std::span<const float> random, const KnownCells& known,
              float* chosen, float* cell_logits) noexcept override {
    std::fill_n(chosen, depth, 0.0F);
    int at = 0;
    for (std::size_t group = 0; group < groups_.widths.size(); ++group) {
      const int width = groups_.widths[group];
      const float u = choice.temperature > 0.0F ? random[groups_.before + group] : 0.0F;
      const KnownCells here = known.mask == nullptr ? KnownCells{} : KnownCells{known.cells + at, known.mask + at};
      chosen[at + category(logits + at, width, choice.temperature, u, here)] = 1.0F;
      at += width;
    }
    if (cell_logits != nullptr) std::copy_n(logits, depth, cell_logits);
  }

 private:
  // The likeliest allowed category of a group or, at a temperature above 0, one that is drawn with the uniform number `random`.
  int category(const float* logits, int width, float temperature, float random, const KnownCells& known) noexcept {
    const auto allowed = [&](int c) { return !known.has(c) || known.cells[c] > 0.5F; };
    int best = -1;
    for (int c = 0; c < width; ++c) {
      if (allowed(c) && (best < 0 || logits[c] > logits[best])) best = c;
    }
    best = std::max(best, 0);  // where all are excluded
    if (temperature <= 0.0F) return best;
    double sum = 0.0;  // of probabilities relative to the likeliest allowed category
    for (int c = 0; c < width; ++c) {
      const double exponent = (static_cast<double>(logits[c]) - static_cast<double>(logits[best])) / static_cast<double>(temperature);
      likelihoods_[static_cast<std::size_t>(c)] = allowed(c) && exponent > -700.0 ? numerics::exact::exp(exponent) : 0.0;
      sum += likelihoods_[static_cast<std::size_t>(c)];
    }
    double left = rounded(static_cast<double>(random) * sum);
    for (int c = 0; c < width; ++c) {
      left -= likelihoods_[static_cast<std::size_t>(c)];
      if (left < 0.0) return c;
    }
    return best;
  }

  PartGroups groups_;
  std::vector<double> likelihoods_;
};

// Calls `use(first column, width)` for each one-hot group.
template <class Use>
void for_each_group(const ModelConfig& config, Use use) {
  std::size_t first = 0;
  for (const int group : one_hot_groups(config)) {
    const auto width = static_cast<std::size_t>(group);
    use(first, width);
    first += width;
  }
}

std::size_t largest(std::span<const float> values) {
  return static_cast<std::size_t>(std::max_element(values.begin(), values.end()) - values.begin());
}

}  // namespace

std::unique_ptr<Head> CategoricalHead::clone() const {
  return std::make_unique<CategoricalHead>(*this);
}

void CategoricalHead::validate(const ModelConfig& config, const ConfigCheck& check) const {
  const std::vector<int> groups = config.representation->categories();
  auto group = groups.begin();
  for (int left : output_parts(config)) {
    while (left > 0 && group != groups.end()) left -= *group++;
    check(groups.empty() || left == 0, "output_parts is wrong; each part must hold whole groups of the converter's categories");
  }
}

int CategoricalHead::draws(const ModelConfig& config) const {
  return static_cast<int>(one_hot_groups(config).size());
}

Head::ChooserFactory CategoricalHead::choosers(const ModelConfig& config, const Weights&, const numerics::Kernels&) const {
  return [config](int part) { return std::make_unique<CategoricalChooser>(groups_of(config, part)); };
}

void CategoricalHead::likeliest(const ModelConfig& config, std::span<const float> cell_logits, std::span<float> step) const {
  std::fill(step.begin(), step.end(), 0.0F);
  for_each_group(config, [&](std::size_t first, std::size_t width) { step[first + largest(cell_logits.subspan(first, width))] = 1.0F; });
}

StepLoss CategoricalHead::loss(const ModelConfig& config, std::span<const float> cell_logits, std::span<const float> target) const {
  StepLoss loss;
  for_each_group(config, [&](std::size_t first, std::size_t width) {
    const std::span<const float> logits = cell_logits.subspan(first, width);
    const double most = static_cast<double>(logits[largest(logits)]);
    double sum = 0.0;
    for (const float logit : logits) sum += std::exp(static_cast<double>(logit) - most);
    loss.nll += most + std::log(sum) - static_cast<double>(logits[largest(target.subspan(first, width))]);
  });
  return loss;
}

}  // namespace musicvae
