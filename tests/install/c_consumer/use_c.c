/* As a program in C uses it: the installed library and a shipped model. */
#include <musicvae.h>
#include <stdio.h>

int main(int argc, char** argv) {
  musicvae_model* model = NULL;
  musicvae_music* music = NULL;
  size_t notes = 0;
  musicvae_status status;
  if (argc < 2 || musicvae_abi_version() != MUSICVAE_ABI_VERSION) return 2;
  status = musicvae_model_load(argv[1], &model);
  if (status == MUSICVAE_OK) status = musicvae_sample(model, NULL, 1, &music);
  if (status == MUSICVAE_OK) status = musicvae_music_notes(music, 120.0, NULL, 0, &notes);
  if (status != MUSICVAE_OK) fprintf(stderr, "%s\n", musicvae_error_message());
  musicvae_music_free(music);
  musicvae_model_free(model);
  return status == MUSICVAE_OK && notes > 0 ? 0 : 1;
}
