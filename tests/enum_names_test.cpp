#include "musicvae/enum_names.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "musicvae/data/cut.hpp"
#include "musicvae/data/split.hpp"
#include "musicvae/sequence/drum_classes.hpp"
#include "musicvae/sequence/left_out.hpp"

namespace musicvae {
namespace {

using data::Cut;
using data::Split;
using ::testing::ThrowsMessage;

template <class E>
void expect_each_name_reads_back() {
  for (std::size_t i = 0; i < EnumNames<E>::names.size(); ++i) {
    const auto value = static_cast<E>(i);
    EXPECT_EQ(name(value), EnumNames<E>::names[i]);
    EXPECT_EQ(from_name<E>(EnumNames<E>::names[i]), value);
  }
}

TEST(EnumNames, ReadBack) {
  expect_each_name_reads_back<Cut>();
  expect_each_name_reads_back<Split>();
  expect_each_name_reads_back<DrumClasses>();
  expect_each_name_reads_back<LeftOut>();
  static_assert(name(Cut::bar_aligned) == "bar-aligned");
  static_assert(try_from_name<Split>("validation") == Split::validation);
}

TEST(EnumNames, UnderstandAliases) {
  EXPECT_EQ(from_name<Cut>("ours"), Cut::bar_aligned);
  EXPECT_EQ(data::stored_name(Cut::bar_aligned), "ours");
  EXPECT_EQ(data::stored_name(Cut::reference_tfds), "reference-tfds");
}

TEST(EnumNames, AreListedWhenOneIsUnknown) {
  EXPECT_EQ(try_from_name<Split>("dev"), std::nullopt);
  EXPECT_THAT([] { (void)from_name<Cut>("mine"); },
              ThrowsMessage<ArgumentError>("no cut is called \"mine\"; use bar-aligned, reference, reference-tfds or reference-drums"));
  EXPECT_THAT([] { (void)from_name<Split>(""); }, ThrowsMessage<ArgumentError>("no split is called \"\"; use train, validation or test"));
  EXPECT_THAT([] { (void)from_name<DrumClasses>("ten"); },
              ThrowsMessage<ArgumentError>("no drum classes are called \"ten\"; use nine or full"));
}

}  // namespace
}  // namespace musicvae
