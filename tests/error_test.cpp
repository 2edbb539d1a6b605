#include "musicvae/error.hpp"

#include <gtest/gtest.h>

#include <string>

namespace musicvae {
namespace {

TEST(Error, IsOneLineWhateverIsInAName) {
  EXPECT_STREQ(Error("a\nb\r\tc\x7F").what(), "a\\nb\\r\\x09c\\x7f");
  EXPECT_STREQ(FileError(std::string("a\0b", 3)).what(), "a\\x00b");
  EXPECT_STREQ(FormatError("bad\nname.mid", 7, "is cut", "get it again").what(), "bad\\nname.mid: byte 7: is cut; get it again");
}

TEST(Error, KeepsOtherCharacters) {
  EXPECT_STREQ(ChordSymbolError("\"C\xE2\x99\xAF\": write C#").what(), "\"C\xE2\x99\xAF\": write C#");
}

}  // namespace
}  // namespace musicvae
