/* musicvae.h in C99: every constant, and the initialiser. */
#include <musicvae.h>

static const musicvae_decode_options usual = MUSICVAE_DECODE_OPTIONS_INIT;

int musicvae_header_in_c(void);

int musicvae_header_in_c(void) {
  musicvae_cell groove[4][MUSICVAE_DRUMS] = {{{0, 0.0F, 0.0F}}};
  musicvae_event events[MUSICVAE_STEP_EVENTS] = {{0, 0, 0, 0, 0, 0.0F}};
  groove[0][MUSICVAE_SNARE].hit = 1;
  return usual.size == sizeof usual && groove[0][MUSICVAE_SNARE].hit == 1 && events[0].on == MUSICVAE_OK ? MUSICVAE_ABI_VERSION : 0;
}
