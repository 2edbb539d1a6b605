#include "musicvae/model/tensor.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace musicvae {
namespace {

// The index of the first element whose exponent bits are all ones. Most tensors have none, so blocks are tested as a whole first: adding 1
// to the exponent then carries into the sign.
template <class Word>
std::size_t first_not_finite_of(std::span<const std::byte> bytes, Word exponent) {
  constexpr std::size_t block = 1024;
  constexpr Word sign = static_cast<Word>(Word{1} << (8 * sizeof(Word) - 1));
  const auto one = static_cast<Word>(exponent & -exponent);
  const std::size_t count = bytes.size() / sizeof(Word);
  Word words[block];
  for (std::size_t first = 0; first < count; first += block) {
    const std::size_t n = std::min(block, count - first);
    std::memcpy(words, bytes.data() + first * sizeof(Word), n * sizeof(Word));
    Word any = 0;
    for (std::size_t i = 0; i < n; ++i) any = static_cast<Word>(any | static_cast<Word>((words[i] & ~sign) + one));
    if ((any & sign) == 0) continue;
    return first +
           static_cast<std::size_t>(std::find_if(words, words + n, [&](Word word) { return (word & exponent) == exponent; }) - words);
  }
  return count;
}

std::size_t first_not_finite_of(Dtype dtype, std::span<const std::byte> bytes) {
  if (dtype == Dtype::f16) return first_not_finite_of<std::uint16_t>(bytes, 0x7C00U);
  return first_not_finite_of<std::uint32_t>(bytes, 0x7F800000U);
}

}  // namespace

TensorValues::TensorValues(std::vector<float> values) {
  const auto owned = std::make_shared<const std::vector<float>>(std::move(values));
  bytes_ = std::as_bytes(std::span(*owned));
  owner_ = owned;
  first_not_finite_ = first_not_finite_of(dtype_, bytes_);
}

TensorValues::TensorValues(const TensorView& view, std::shared_ptr<const void> owner) {
  if (view.dtype != Dtype::f32 && view.dtype != Dtype::f16) {
    *this = TensorValues(view.floats());
    return;
  }
  dtype_ = view.dtype;
  bytes_ = view.bytes;
  owner_ = std::move(owner);
  first_not_finite_ = first_not_finite_of(dtype_, bytes_);
  if (owner_ != nullptr) return;
  const auto owned = std::make_shared<const std::vector<std::byte>>(view.bytes.begin(), view.bytes.end());
  bytes_ = *owned;
  owner_ = owned;
}

std::vector<float> TensorValues::floats() const {
  return TensorView{dtype_, {}, bytes_}.floats();
}

}  // namespace musicvae
