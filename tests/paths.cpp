#include "paths.hpp"

namespace musicvae::test {

const char* const data_folder = MUSICVAE_TEST_DATA;
const char* const shared_folder = MUSICVAE_SHARED;

}  // namespace musicvae::test
