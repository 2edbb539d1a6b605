// Where the tests find their data. Defined in a source file of its own, so that no other test's object file depends on the clone's
// location.
#pragma once

namespace musicvae::test {

extern const char* const data_folder;    ///< tests/data
extern const char* const shared_folder;  ///< the reference numbers; may be absent

}  // namespace musicvae::test
