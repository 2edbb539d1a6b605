// Model: a trained model, as Python's MusicVae holds it, and what its functions share.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bindings.hpp"
#include "musicvae/engine/music_vae.hpp"
#include "musicvae/engine/sampler.hpp"
#include "musicvae/error.hpp"
#include "musicvae/latent/latent_table.hpp"
#include "musicvae/model/any_music.hpp"
#include "musicvae/model/model_file.hpp"

namespace musicvae::python {

/// A model with its file's metadata, and idle samplers for the next call. Any number of threads may call it at once.
class Model {
 public:
  explicit Model(ModelFile file) : file_(std::move(file)), model_(file_) {}
  /// Shares the weights of `other`, with the attributes and the prior of another latent space.
  Model(const Model& other, LatentSpace space) : file_(other.file_), model_(other.model_.with_prior(space.prior)) {
    file_.attributes = std::move(space.attributes);
    file_.prior = std::move(space.prior);
  }

  [[nodiscard]] const ModelFile& file() const { return file_; }
  [[nodiscard]] const MusicVae& engine() const { return model_; }

  /// Calls `use` with a sampler that no other thread uses meanwhile.
  template <class Use>
  auto with_sampler(Use use) const {
    std::unique_ptr<Sampler> sampler;
    {
      const std::scoped_lock lock(mutex_);
      if (!idle_.empty()) {
        sampler = std::move(idle_.back());
        idle_.pop_back();
      }
    }
    if (!sampler) sampler = std::make_unique<Sampler>(model_);
    auto result = use(*sampler);
    const std::scoped_lock lock(mutex_);
    idle_.push_back(std::move(sampler));
    return result;
  }

 private:
  ModelFile file_;
  MusicVae model_;
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<Sampler>> idle_;
};

using ModelClass = py::class_<Model, std::shared_ptr<Model>>;

/// Throws ArgumentError if `n` grooves are too many for one list; `mend` is the part of the message that says what to do instead.
void demand_room(const Model& model, std::int64_t n, const std::string& what, const std::string& mend);

/// Points of the latent space, float32 [n, latent] with n at least 1. Throws ArgumentError.
[[nodiscard]] FloatArray points_from(const Model& model, const py::object& z, const std::string& what);

/// Calls `make.operator()<Value>()`, which returns a vector of values, for the kind of music that the model makes. `make` runs without the
/// GIL.
template <class Make>
[[nodiscard]] MusicList of_its_kind(const Model& model, const Make& make) {
  return with_music(model.engine().config(), [&]<class Value>() {
    std::vector<Value> values;
    {
      const py::gil_scoped_release release;
      values = make.template operator()<Value>();
    }
    return MusicList(py::cast(std::move(values)));
  });
}

/// Decodes points [n, latent], with control tracks [n, steps, control_depth] (or none), on every core.
[[nodiscard]] MusicList decode_points(const Model& model, std::span<const float> z, const DecodeOptions& options,
                                      std::span<const float> controls = {});

/// Adds the functions of the latent space: interpolate, similar, shift_attributes, nearest, attributes and their effects.
void add_latent(ModelClass& model);

/// Adds what converts models for other programs: export_tensorflow, export_magenta_js, ...
void add_interop_functions(ModelClass& model);

/// Adds the tasks: humanize, tap_to_drums, add_closed_hihat, infill, continue_groove.
void add_tasks(ModelClass& model);

}  // namespace musicvae::python
