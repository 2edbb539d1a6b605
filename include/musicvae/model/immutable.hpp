// Immutable: an object of any class derived from a base, as a regular value.
#pragma once

#include <concepts>
#include <memory>
#include <utility>

namespace musicvae {

/// Holds an immutable object of a class derived from `Base`. Copies share the object and are cheap. Two are equal if their objects are
/// (Base::equals). Any number of threads may read it.
template <class Base>
class Immutable {
 public:
  template <std::derived_from<Base> Derived>
  Immutable(Derived object)  // NOLINT(google-explicit-constructor): so that `config.head = FeelHead(...)` reads well
      : object_(std::make_shared<const Derived>(std::move(object))) {}
  explicit Immutable(std::unique_ptr<const Base> object) : object_(std::move(object)) {}

  [[nodiscard]] const Base& operator*() const noexcept { return *object_; }
  [[nodiscard]] const Base* operator->() const noexcept { return object_.get(); }
  friend bool operator==(const Immutable& a, const Immutable& b) { return a.object_ == b.object_ || a->equals(*b); }

 private:
  std::shared_ptr<const Base> object_;
};

}  // namespace musicvae
