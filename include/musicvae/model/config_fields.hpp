// Visits the fields of a config, so that each field is listed once: for writing, reading and comparing.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "musicvae/enum_names.hpp"
#include "musicvae/error.hpp"

namespace musicvae {

/// Receives the fields of a config or of one of its units by name. A reader changes the values, a writer does not.
class ConfigFields {
 public:
  virtual ~ConfigFields() = default;
  virtual void operator()(const char* name, bool& value) = 0;
  virtual void operator()(const char* name, int& value) = 0;
  virtual void operator()(const char* name, double& value) = 0;
  virtual void operator()(const char* name, std::string& value) = 0;
  virtual void operator()(const char* name, std::vector<int>& value) = 0;
  /// A field that holds the name of an enumerator.
  template <class Enum>
  void choice(const char* name, Enum& value) {
    auto index = static_cast<std::size_t>(value);
    choose(name, index, EnumNames<Enum>::names);
    value = static_cast<Enum>(index);
  }

 protected:
  virtual void choose(const char* name, std::size_t& index, std::span<const std::string_view> names) = 0;
};

/// Collects the fields that it visits as text, for comparing units.
class ConfigFieldText final : public ConfigFields {
 public:
  void operator()(const char* name, bool& value) override;
  void operator()(const char* name, int& value) override;
  void operator()(const char* name, double& value) override;
  void operator()(const char* name, std::string& value) override;
  void operator()(const char* name, std::vector<int>& value) override;
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 protected:
  void choose(const char* name, std::size_t& index, std::span<const std::string_view> names) override;

 private:
  std::string text_;
};

/// Throws a ConfigError that names the config, unless `ok`.
class ConfigCheck {
 public:
  explicit ConfigCheck(std::string_view config_name) : name_(config_name) {}
  void operator()(bool ok, const std::string& problem) const {
    if (!ok) throw ConfigError("config \"" + name_ + "\": " + problem);
  }

 private:
  std::string name_;
};

}  // namespace musicvae
