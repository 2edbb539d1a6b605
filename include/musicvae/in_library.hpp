// Where the functions are compiled that take long to compile, those that read and write JSON: with every program that uses
// musicvae::core alone, or once, in libmusicvae, for programs that link musicvae::musicvae, which defines MUSICVAE_IN_LIBRARY.
#pragma once

#if defined(MUSICVAE_IN_LIBRARY)
#define MUSICVAE_INLINE
#else
#define MUSICVAE_INLINE inline
#endif
