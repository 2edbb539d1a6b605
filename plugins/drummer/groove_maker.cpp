#include "groove_maker.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <mutex>
#include <numeric>
#include <utility>

#include "crc32c.hpp"
#include "mapped_file.hpp"
#include "musicvae/engine/tasks.hpp"
#include "musicvae/error.hpp"
#include "musicvae/latent/attributes.hpp"
#include "musicvae/latent/similar.hpp"
#include "musicvae/model/model_file.hpp"
#include "packed_model.hpp"
#include "parameters.hpp"

namespace musicvae::drummer {
namespace {

constexpr float kVariationNoise = 0.4F;  // in standard deviations of the prior
constexpr float kFillAmount = 2.0F;      // of the attribute "fill"

float fraction(int thousandths) {
  return static_cast<float>(thousandths) / 1000.0F;
}

using Vector = std::vector<double>;

double dot(const Vector& a, const Vector& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

// The direction of unit length along which the points, which are centred, differ most: power iteration on their covariance. The point that
// is furthest along it is on its positive side.
Vector principal_direction(const std::vector<Vector>& points) {
  Vector direction =
      *std::max_element(points.begin(), points.end(), [](const Vector& a, const Vector& b) { return dot(a, a) < dot(b, b); });
  constexpr int rounds = 200;
  for (int round = 0; round < rounds; ++round) {
    Vector sum(direction.size());
    for (const Vector& point : points) {
      const double along = dot(point, direction);
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += along * point[i];
    }
    const double length = std::sqrt(dot(sum, sum));
    if (length == 0.0) return sum;
    for (double& value : sum) value /= length;
    direction = std::move(sum);
  }
  double furthest = 0.0;
  for (const Vector& point : points) {
    if (const double along = dot(point, direction); std::abs(along) > std::abs(furthest)) furthest = along;
  }
  for (double& value : direction) value *= furthest;  // the furthest point is at 1
  return direction;
}

std::array<std::vector<float>, 2> plane_of(const Attributes& attributes) {
  std::vector<Vector> points;
  for (const auto& [name, attribute] : attributes) {
    if (name.starts_with("style:")) points.emplace_back(attribute.direction.begin(), attribute.direction.end());
  }
  std::array<std::vector<float>, 2> plane;
  if (points.size() < 3) return plane;
  Vector centre(points.front().size());
  for (const Vector& point : points) {
    for (std::size_t i = 0; i < centre.size(); ++i) centre[i] += point[i] / static_cast<double>(points.size());
  }
  for (Vector& point : points) {
    for (std::size_t i = 0; i < centre.size(); ++i) point[i] -= centre[i];
  }
  for (std::vector<float>& axis : plane) {
    const Vector direction = principal_direction(points);
    axis.resize(direction.size());
    std::transform(direction.begin(), direction.end(), axis.begin(), [](double value) { return static_cast<float>(value); });
    const double squared = dot(direction, direction);
    if (squared == 0.0) break;
    for (Vector& point : points) {  // what this direction leaves
      const double along = dot(point, direction) / squared;
      for (std::size_t i = 0; i < point.size(); ++i) point[i] -= along * direction[i];
    }
  }
  return plane;
}

// Where a point is on the plane, whose directions are orthogonal.
std::array<float, 2> place_on(const std::array<std::vector<float>, 2>& plane, const Vector& direction) {
  std::array<float, 2> place{};
  for (std::size_t axis = 0; axis < place.size(); ++axis) {
    const Vector along(plane[axis].begin(), plane[axis].end());
    if (const double squared = dot(along, along); squared > 0.0) place[axis] = static_cast<float>(dot(direction, along) / squared);
  }
  return place;
}

// The components of the learned prior on the plane, relative to their mean.
std::vector<std::array<float, 2>> data_on(const std::array<std::vector<float>, 2>& plane, const LatentPrior& prior) {
  std::vector<std::array<float, 2>> data;
  const std::size_t latent = plane[0].size();
  if (latent == 0 || prior.empty()) return data;
  Vector mean(latent);
  for (std::size_t k = 0; k < prior.shares.size(); ++k) {
    for (std::size_t i = 0; i < latent; ++i) mean[i] += static_cast<double>(prior.shares[k]) * prior.means[k * latent + i];
  }
  for (std::size_t k = 0; k < prior.shares.size(); ++k) {
    Vector point(latent);
    for (std::size_t i = 0; i < latent; ++i) point[i] = prior.means[k * latent + i] - mean[i];
    data.push_back(place_on(plane, point));
  }
  return data;
}

bool suits(const ModelConfig& config, Mode mode) {
  const Task task = config.task();
  switch (mode) {
    case Mode::groove:
      return task == Task::reconstruct && config.control_depth() == 0;
    case Mode::humanize:
      return task == Task::humanize || task == Task::hits_control;
    case Mode::follow:
      return task == Task::tap;
  }
  return false;
}

std::shared_ptr<const DrummerModel> model_from(const SafetensorsView& view, std::uint32_t checksum, const std::filesystem::path& source,
                                               const std::shared_ptr<const void>& owner, Mode mode) {
  ModelFile file = ModelFile::from(view, source, owner);
  if (!suits(file.config, mode)) {
    constexpr std::array<const char*, 3> examples = {"one that samples grooves, such as groove", "humanize", "tap2drum"};
    throw ConfigError(source.string() + ": the model is for another task; choose " + examples[static_cast<std::size_t>(mode)]);
  }
  static_cast<void>(representation_of<DrumSequence>(file.config));  // throws for another kind of music
  if (file.config.steps_per_quarter != kStepsPerQuarter || file.config.steps % kStepsPerBar != 0) {
    throw ConfigError(source.string() + ": the model's grooves are not whole bars of 16ths; choose another one, such as groove");
  }
  std::array<char, 16> digits{};
  std::snprintf(digits.data(), digits.size(), "%08x", checksum);
  std::array<std::vector<float>, 2> plane = plane_of(file.attributes);
  std::vector<std::array<float, 2>> data = data_on(plane, file.prior);
  return std::make_shared<const DrummerModel>(
      DrummerModel{file.config.name, digits.data(), MusicVae(file), std::move(file.attributes), std::move(plane), std::move(data)});
}

}  // namespace

std::shared_ptr<const DrummerModel> DrummerModel::read(const std::filesystem::path& path) {
  const SafetensorsFile file = SafetensorsFile::read(path);
  const detail::MappedFile mapped(path, "a model");  // for its checksum
  return model_from(file.view(), crc32c(mapped.bytes()), path, file.owner(), Mode::groove);
}

std::shared_ptr<const DrummerModel> DrummerModel::from(std::span<const std::byte> bytes, Mode mode) {
  static std::mutex mutex;
  static std::map<const std::byte*, std::weak_ptr<const DrummerModel>> loaded;
  const std::lock_guard lock(mutex);
  std::weak_ptr<const DrummerModel>& entry = loaded[bytes.data()];
  if (std::shared_ptr<const DrummerModel> model = entry.lock()) return model;
  const char* const source = "the drummer's model";
  std::shared_ptr<const DrummerModel> model;
  if (std::optional<UnpackedModel> unpacked = unpack_model(bytes)) {
    const auto kept = std::make_shared<const std::vector<std::byte>>(std::move(unpacked->bytes));
    model = model_from(parse_safetensors(*kept, source), unpacked->checksum, source, kept, mode);
  } else {
    const auto alive = std::shared_ptr<const void>(bytes.data(), [](const void*) {});
    model = model_from(parse_safetensors(bytes, source), crc32c(bytes), source, alive, mode);
  }
  entry = model;
  return model;
}

std::array<float, 2> DrummerModel::place_of(const std::string& style) const {
  const auto found = attributes.find("style:" + style);
  if (found == attributes.end() || plane[0].empty()) return {};
  return place_on(plane, Vector(found->second.direction.begin(), found->second.direction.end()));
}

GrooveMaker::GrooveMaker(std::shared_ptr<const DrummerModel> model) : model_(std::move(model)), sampler_(model_->model) {}

Bank GrooveMaker::empty_bank() const {
  Bank bank;
  for (int d = 0; d < kDrums; ++d) {
    bank.pitches[static_cast<std::size_t>(d)] = static_cast<std::uint8_t>(model_->model.drum_map().pitch(static_cast<Drum>(d)));
  }
  return bank;
}

Bank GrooveMaker::make(const Request& request) {
  const Attributes& attributes = model_->attributes;
  std::vector<float> z = sampler_.prior(request.seed, 1, request.index);
  Amounts amounts;
  if (request.density != 0 && attributes.contains("density")) amounts["density"] = fraction(request.density);
  if (request.style > 0) {
    const std::string style = "style:" + std::string(kStyles.at(static_cast<std::size_t>(request.style) - 1));
    if (attributes.contains(style)) amounts[style] = 1.0F;
  }
  if (!amounts.empty()) apply_attributes(z, attributes, amounts);
  for (const auto& [axis, amount] : {std::pair(0, request.x), std::pair(1, request.y)}) {
    const std::vector<float>& direction = model_->plane[static_cast<std::size_t>(axis)];
    for (std::size_t i = 0; i < direction.size() && amount != 0; ++i) z[i] += fraction(amount) * direction[i];
  }

  const DecodeOptions options{.temperature = fraction(request.temperature), .seed = request.seed, .first = request.index};
  const DrumSequence groove = sampler_.decode(z, options).front();
  Bank bank = empty_bank();
  bank.variations[0] = pattern_of(groove);

  constexpr int others = kVariations - 1;
  SimilarOptions near{.n = others, .noise = kVariationNoise, .decode = options};
  near.decode.first = std::uint64_t{request.index} * others;
  const std::vector<DrumSequence> variations = sampler_.decode(similar_points(z, near), near.decode);
  for (std::size_t i = 0; i < variations.size(); ++i) bank.variations[i + 1] = pattern_of(variations[i]);

  const int steps = bank.variations[0].steps;
  if (attributes.contains("fill")) apply_attributes(z, attributes, {{"fill", kFillAmount}});
  CellMask last_bar(groove.steps());
  last_bar.choose(steps - kStepsPerBar, kStepsPerBar);
  bank.fill = pattern_of(detail::fill_window(sampler_, z, groove, last_bar, options));
  return bank;
}

Bank GrooveMaker::make(const Request& request, const DrumSequence& input) {
  Bank bank = empty_bank();
  const int window = model_->model.config().window_steps();
  const auto windows = static_cast<std::uint64_t>((input.steps() + window - 1) / window);
  for (std::size_t i = 0; i < bank.variations.size(); ++i) {
    const DecodeOptions options{.temperature = fraction(request.temperature),
                                .seed = request.seed,
                                .first = (std::uint64_t{request.index} * kVariations + i) * windows};
    if (input.hits() == 0) {
      bank.variations[i].steps = input.steps();
    } else {
      bank.variations[i] =
          pattern_of(request.mode == Mode::humanize ? humanize(sampler_, input, options) : tap_to_drums(sampler_, input, options));
    }
  }
  return bank;
}

}  // namespace musicvae::drummer
