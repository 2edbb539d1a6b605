/* Samples music from a model and writes it to a MIDI file. C99, and no library but libmusicvae_c.
 *   sample_to_midi MODEL.safetensors OUT.mid [SEED] [QPM]
 * The file has the bytes of the first file that `musicvae sample --seed SEED --qpm QPM` writes, on every system. */
#include <musicvae.h>
#include <stdio.h>
#include <stdlib.h>

/* Prints what went wrong in the last call. */
static int fail(void) {
  fprintf(stderr, "%s\n", musicvae_error_message());
  return 1;
}

static int write_file(const char* path, const void* bytes, size_t size) {
  FILE* file = fopen(path, "wb");
  size_t written;
  if (file == NULL) {
    perror(path);
    return 1;
  }
  written = fwrite(bytes, 1, size, file);
  if (fclose(file) != 0 || written != size) {
    perror(path);
    return 1;
  }
  return 0;
}

/* The file and the number of notes of a piece of music. */
static int write_music(const musicvae_music* music, double qpm, const char* path) {
  size_t notes = 0;
  size_t size = 0;
  void* bytes;
  int code;
  if (musicvae_music_notes(music, qpm, NULL, 0, &notes) != MUSICVAE_OK) return fail();
  if (musicvae_music_to_midi(music, qpm, NULL, 0, &size) != MUSICVAE_OK) return fail();
  bytes = malloc(size);
  if (bytes == NULL) {
    fprintf(stderr, "out of memory\n");
    return 1;
  }
  if (musicvae_music_to_midi(music, qpm, bytes, size, &size) == MUSICVAE_OK) {
    code = write_file(path, bytes, size);
  } else {
    code = fail();
  }
  free(bytes);
  if (code == 0) printf("%s: %lu notes\n", path, (unsigned long)notes);
  return code;
}

int main(int argc, char** argv) {
  musicvae_decode_options options = MUSICVAE_DECODE_OPTIONS_INIT;
  musicvae_model* model = NULL;
  musicvae_music* music = NULL;
  int code;
  if (argc < 3) {
    fprintf(stderr, "usage: sample_to_midi MODEL.safetensors OUT.mid [SEED] [QPM]\n");
    return 2;
  }
  options.seed = argc > 3 ? strtoull(argv[3], NULL, 10) : 7;
  if (musicvae_model_load(argv[1], &model) != MUSICVAE_OK) return fail();
  if (musicvae_sample(model, &options, 1, &music) == MUSICVAE_OK) {
    code = write_music(music, argc > 4 ? atof(argv[4]) : 120.0, argv[2]);
  } else {
    code = fail();
  }
  musicvae_music_free(music);
  musicvae_model_free(model);
  return code;
}
