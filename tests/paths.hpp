// Where the tests find their data. In one source file of their own, so that no other test's object depends on where the clone lies.
#pragma once

namespace musicvae::test {

extern const char* const data_folder;    ///< tests/data
extern const char* const shared_folder;  ///< the reference numbers; may be absent

}  // namespace musicvae::test
