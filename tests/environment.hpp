// Sets an environment variable to another value until the end of a test; nullptr removes the variable.
#pragma once

#include <cstdlib>
#include <optional>
#include <string>

namespace musicvae::test {

class Variable {
 public:
  Variable(std::string name, const char* value) : name_(std::move(name)) {
    if (const char* former = std::getenv(name_.c_str()); former != nullptr) former_ = former;
    set(value);
  }
  ~Variable() { set(former_ ? former_->c_str() : nullptr); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  void set(const char* value) { value == nullptr ? ::unsetenv(name_.c_str()) : ::setenv(name_.c_str(), value, 1); }

  std::string name_;
  std::optional<std::string> former_;
};

}  // namespace musicvae::test
