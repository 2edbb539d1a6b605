// Head: what the outputs of a decoder's last layer mean. One class per head has everything that depends on it: its settings, the width of
// its logits, how it chooses a step, and how well its logits fit a step. Its loss for training is in train/heads.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "musicvae/model/config_fields.hpp"
#include "musicvae/model/immutable.hpp"
#include "musicvae/model/tensor.hpp"
#include "musicvae/numerics/kernels.hpp"

namespace musicvae {

struct ModelConfig;

/// What the columns of a decoded step are.
enum class OutputFormat {
  hits_with_feel,  ///< three equal parts: hits 0/1, velocities 0..1, offsets -1..1
  one_hot,         ///< one column is 1, the others are 0; of several groups (one_hot_groups()), one column of each
  hits,            ///< each column 0 or 1
};

/// How autoregressive decoding chooses the cells of a step. With temperature 0, it takes the likeliest. With a higher temperature, it
/// samples from the model's probabilities, with the logits divided by the temperature and uniform numbers of (seed, sample, step).
struct ChoiceOptions {
  float temperature = 0.0F;
  std::uint64_t seed = 0;
  std::uint64_t first_sample = 0;  ///< the index of row 0's sample; row b is sample first_sample + b
  float feel_temperature = 0.0F;   ///< the same for the velocities and offsets of a feel head; with 0 they are the means
};

/// The columns of one step that are known before it is decoded. `mask` marks them (above 0.5), and `cells` has their values. Both are
/// [depth]. Of a one-hot output, a known 0 excludes its category.
struct KnownCells {
  const float* cells = nullptr;
  const float* mask = nullptr;  ///< null: no cell is known
  [[nodiscard]] bool has(int i) const { return mask != nullptr && mask[i] > 0.5F; }
};

/// Chooses steps of one output part from logits, row by row. Belongs to one thread at a time. Constructing allocates; choosing does not.
class StepChooser {
 public:
  virtual ~StepChooser() = default;
  /// Chooses `chosen` [depth] from `logits`, a row of the part's output layer (padded and aligned). Known cells keep their values. `random`
  /// has Head::draws uniform numbers, those of all parts. If `cell_logits` is not null, it receives logits [depth]: for each cell the logit
  /// given the cells that were chosen before it.
  virtual void choose(const float* logits, int depth, const ChoiceOptions& choice, std::span<const float> random, const KnownCells& known,
                      float* chosen, float* cell_logits) noexcept = 0;
};

/// How well logits fit one true step.
struct StepLoss {
  double nll = 0.0;             ///< -log p of hits or of the category, nats
  double velocity_error = 0.0;  ///< squared error of velocities, summed over the step
  double offset_error = 0.0;    ///< the same for offsets
};

/// A head with its settings. Immutable once it is part of a ModelConfig; any number of threads may use it.
class Head {
 public:
  virtual ~Head() = default;

  /// Its name in JSON ("head") and in messages.
  [[nodiscard]] virtual std::string_view name() const noexcept = 0;
  [[nodiscard]] virtual std::unique_ptr<Head> clone() const = 0;
  /// Visits its settings, which are fields of the config's JSON. Default-constructed settings must be 0, empty or false.
  virtual void fields(ConfigFields& fields);
  /// Checks its settings, and the fields of the config that it depends on.
  virtual void validate(const ModelConfig& config, const ConfigCheck& check) const;

  [[nodiscard]] virtual OutputFormat output() const noexcept = 0;
  /// The width of the output layer of a decoder whose steps have `depth` columns.
  [[nodiscard]] virtual int logit_depth(int depth) const;
  /// Whether velocities and offsets are sampled, with a temperature of their own (ChoiceOptions::feel_temperature).
  [[nodiscard]] virtual bool samples_feel() const noexcept;
  /// The head's own tensors, besides the output layer.
  [[nodiscard]] virtual std::vector<TensorSpec> tensors(const ModelConfig& config) const;
  /// The number of uniform random numbers for the choice of one step.
  [[nodiscard]] virtual int draws(const ModelConfig& config) const = 0;
  /// Whether the logit of a cell is known only with the step's other cells, so that StepChooser::choose computes it.
  [[nodiscard]] virtual bool computes_cell_logits() const noexcept;

  /// Makes choosers for the output parts of this config (output_parts()), given a part's number. They share what they need of the weights,
  /// which must be checked.
  using ChooserFactory = std::function<std::unique_ptr<StepChooser>(int part)>;
  [[nodiscard]] virtual ChooserFactory choosers(const ModelConfig& config, const Weights& weights,
                                                const numerics::Kernels& kernels) const = 0;

  /// The likeliest step for `cell_logits`: both [output_depth of the config].
  virtual void likeliest(const ModelConfig& config, std::span<const float> cell_logits, std::span<float> step) const = 0;
  /// How well `cell_logits` fit the true step `target`: both [output_depth of the config].
  [[nodiscard]] virtual StepLoss loss(const ModelConfig& config, std::span<const float> cell_logits,
                                      std::span<const float> target) const = 0;

  /// Whether both are the same head with the same settings.
  [[nodiscard]] bool equals(const Head& other) const;
};

/// Makes a head with default settings.
using HeadFactory = std::unique_ptr<Head> (*)();

/// All heads, in the order in which JSON lists their settings. The table is in lib/model/heads/heads.cpp.
[[nodiscard]] const std::vector<HeadFactory>& heads();

/// Adds a head of your own, so that configs and model files can name it. Call it before other threads use the library.
void register_head(HeadFactory make);

}  // namespace musicvae
