// musicvae.h: the C interface of libmusicvae, the library libmusicvae_c. C99; C++ programs may include it, too.
//
// Load a model, make music with it, and read the music as notes or as a MIDI file. A model is for one kind of music: grooves (drums),
// melodies, trios (melody, bass and drums) or tracks (several instruments). Every function works for every kind unless it says otherwise.
//
// Handles. musicvae_model and musicvae_music are immutable: any number of threads may use one at the same time. musicvae_stream belongs to
// one thread at a time. Whoever receives a handle frees it, each with its own function. No handle needs another one to stay alive.
//
// Errors. A function that can fail returns a musicvae_status; musicvae_error_message() then says in one line what is wrong and how to mend
// it. A function that fails writes nothing to its results, except where it says otherwise. No exception leaves the library.
//
// Structs that may grow begin with `size`; set it to the size of the struct. musicvae_note, musicvae_cell and musicvae_event never change
// within one MUSICVAE_ABI_VERSION.
//
// Arrays of results. The caller gives an array and its capacity, and the function returns the count in `count` (or `size`). If the array
// is NULL, the function returns only the count. If the capacity is too small, it returns the count and MUSICVAE_ERROR_BUFFER.
//
// Threads and real time. "Any thread" means: any number of threads, at any time, with the same handles. "Real-time safe" means: allocates
// nothing, locks nothing, does no input or output, and does not set musicvae_error_message(). A function that does not say so may
// allocate, and does not belong on an audio thread.
#ifndef MUSICVAE_H
#define MUSICVAE_H

#include <stddef.h>
#include <stdint.h>

/// \cond
#if defined(_WIN32) && defined(MUSICVAE_C_BUILD)
#define MUSICVAE_API __declspec(dllexport)
#elif defined(_WIN32)
#define MUSICVAE_API __declspec(dllimport)
#else
#define MUSICVAE_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
#define MUSICVAE_NOEXCEPT noexcept
extern "C" {
#else
#define MUSICVAE_NOEXCEPT
#endif
/// \endcond

/* ---- version and errors ----------------------------------------------------------------------------------------------------------- */

/// The version of the binary interface. It changes when a program that was compiled before must be compiled again.
#define MUSICVAE_ABI_VERSION 1

/// The MUSICVAE_ABI_VERSION that the library was built with. A program that loads the library itself compares it with its own. Any thread;
/// real-time safe.
MUSICVAE_API uint32_t musicvae_abi_version(void) MUSICVAE_NOEXCEPT;

/// The version of libmusicvae, such as "0.2.0". Any thread; real-time safe.
MUSICVAE_API const char* musicvae_version(void) MUSICVAE_NOEXCEPT;

/// How a call ended: one of MUSICVAE_OK and MUSICVAE_ERROR_*.
typedef int32_t musicvae_status;

/// The values of a musicvae_status. Later versions may add some.
enum musicvae_status_code {
  MUSICVAE_OK = 0,              ///< success
  MUSICVAE_ERROR_ARGUMENT = 1,  ///< a NULL, a number out of range, or music that does not suit the model
  MUSICVAE_ERROR_STRUCT = 2,    ///< the `size` of a struct is none that this library knows
  MUSICVAE_ERROR_BUFFER = 3,    ///< an array is too small
  MUSICVAE_ERROR_FILE = 4,      ///< a file is missing or cannot be read
  MUSICVAE_ERROR_FORMAT = 5,    ///< bytes are not a model or not a MIDI file, or are cut or damaged
  MUSICVAE_ERROR_CONFIG = 6,    ///< a model is for another kind of music, or its config is invalid
  MUSICVAE_ERROR_MODEL = 7,     ///< a model is of another version, or its weights do not fit
  MUSICVAE_ERROR_MEMORY = 8,    ///< out of memory
  MUSICVAE_ERROR_INTERNAL = 9   ///< an error of the library itself
};

/// What went wrong in the last call of this thread that failed, as one line of UTF-8 (unless a file's name is not UTF-8); "" if none has.
/// The text stays as it is until the next call of this thread that fails. Real-time safe functions do not set it: their documentation says
/// what their errors mean. Any thread.
MUSICVAE_API const char* musicvae_error_message(void) MUSICVAE_NOEXCEPT;

/* ---- models ----------------------------------------------------------------------------------------------------------------------- */

/// A trained model, immutable.
typedef struct musicvae_model musicvae_model;

/// What a model is. The texts belong to the model and live as long as it.
typedef struct musicvae_model_info {
  uint32_t size;              ///< set it to sizeof(musicvae_model_info)
  int32_t latent;             ///< the numbers of a latent point z
  int32_t bars;               ///< whole bars of a window, which a model makes at once; at least 1
  int32_t steps;              ///< steps of a window
  int32_t steps_per_quarter;  ///< the grid: steps per quarter note, in bars of 4/4
  int32_t lanes;              ///< cells of a step (musicvae_infill): 9 drums, 3 parts of a trio, otherwise 1
  const char* name;           ///< the name of its config, such as "groovae_4bar"
  const char* kind;           ///< "grooves", "melodies", "trios" or "tracks"
  const char* task;           ///< "reconstruct", "humanize", "tap", "add_closed_hihat", "hits_control" or "infill"
  const char* licence;        ///< licence of the weights, and whom to credit
} musicvae_model_info;

/// Loads a model file. `path` is UTF-8. Fails with MUSICVAE_ERROR_FILE, _FORMAT, _CONFIG or _MODEL. Any thread; takes milliseconds.
MUSICVAE_API musicvae_status musicvae_model_load(const char* path, musicvae_model** model) MUSICVAE_NOEXCEPT;

/// Loads a model from the `size` bytes of a model file, which the program may free afterwards. Fails as musicvae_model_load does. Any
/// thread; takes milliseconds.
MUSICVAE_API musicvae_status musicvae_model_load_memory(const void* bytes, size_t size, musicvae_model** model) MUSICVAE_NOEXCEPT;

/// Frees a model; NULL is allowed. Music and streams that came from it stay valid. Any thread, but only once no other call uses the handle.
MUSICVAE_API void musicvae_model_free(musicvae_model* model) MUSICVAE_NOEXCEPT;

/// Fills in `info`, whose `size` must be set. Any thread.
MUSICVAE_API musicvae_status musicvae_model_get_info(const musicvae_model* model, musicvae_model_info* info) MUSICVAE_NOEXCEPT;

/* ---- music ------------------------------------------------------------------------------------------------------------------------ */

/// A piece of music on a model's grid, immutable.
typedef struct musicvae_music musicvae_music;

/// What a piece of music is.
typedef struct musicvae_music_info {
  uint32_t size;              ///< set it to sizeof(musicvae_music_info)
  int32_t steps;              ///< its length
  int32_t steps_per_quarter;  ///< the grid
  const char* kind;           ///< as in musicvae_model_info; the text is never freed
} musicvae_music_info;

/// A note. A beat is a quarter note. Where notes are given to the library, it reads beats and not seconds.
typedef struct musicvae_note {
  double start_beats;    ///< from the beginning of the music
  double end_beats;      ///< a hit of a drum has no real length: it ends a step later
  double start_seconds;  ///< the same at the tempo that was asked for
  double end_seconds;
  int32_t pitch;       ///< MIDI pitch, 0 to 127
  int32_t velocity;    ///< 1 to 127
  int32_t program;     ///< General MIDI program, 0 to 127
  int32_t instrument;  ///< index, from 0: notes of one instrument belong together
  int32_t drum;        ///< 1: a drum, whose pitch is its General MIDI number; 0: not
} musicvae_note;

/// One drum at one step of a groove.
typedef struct musicvae_cell {
  int32_t hit;     ///< 1 or 0
  float velocity;  ///< 0 to 1: MIDI velocity / 127
  float offset;    ///< -1 to 1 in half steps; negative is early
} musicvae_cell;

/// The drums of a groove, in the order of their cells.
enum musicvae_drum {
  MUSICVAE_KICK,
  MUSICVAE_SNARE,
  MUSICVAE_CLOSED_HIHAT,
  MUSICVAE_OPEN_HIHAT,
  MUSICVAE_LOW_TOM,
  MUSICVAE_MID_TOM,
  MUSICVAE_HIGH_TOM,
  MUSICVAE_CRASH,
  MUSICVAE_RIDE,
  MUSICVAE_DRUMS  ///< how many drums there are
};

/// Puts notes on the grid of `model`, as its kind of music. A position is rounded to 1/480 beat, then to the nearest step; grooves keep the
/// rest as timing. `bars` is the length, or 0: as many whole bars of 4/4 as the notes need.
///
/// Grooves take the drums; if no note is a drum but nearly all have pitches of a drum kit, they take all. A model of task "tap" takes every
/// drum as a tap, or every note if none is a drum. Melodies take the highest note of each step, and no drums. Trios take drums, melodies
/// (programs 0 to 31) and basses (32 to 39). `left_out`, if not NULL, receives the number of notes that found no place.
///
/// Fails with MUSICVAE_ERROR_ARGUMENT for a note out of range. Any thread.
MUSICVAE_API musicvae_status musicvae_music_from_notes(const musicvae_model* model, const musicvae_note* notes, size_t count, int32_t bars,
                                                       musicvae_music** music, int64_t* left_out) MUSICVAE_NOEXCEPT;

/// The same with the notes of a Standard MIDI File, given as its bytes. Fails with MUSICVAE_ERROR_FORMAT, too. Any thread.
MUSICVAE_API musicvae_status musicvae_music_from_midi(const musicvae_model* model, const void* bytes, size_t size, int32_t bars,
                                                      musicvae_music** music, int64_t* left_out) MUSICVAE_NOEXCEPT;

/// A groove of `steps` steps from its cells, [steps][MUSICVAE_DRUMS]. Fails with MUSICVAE_ERROR_CONFIG if the model is not for grooves. Any
/// thread.
MUSICVAE_API musicvae_status musicvae_music_from_cells(const musicvae_model* model, const musicvae_cell* cells, int32_t steps,
                                                       musicvae_music** music) MUSICVAE_NOEXCEPT;

/// Frees music; NULL is allowed. Any thread, but only once no other call uses the handle.
MUSICVAE_API void musicvae_music_free(musicvae_music* music) MUSICVAE_NOEXCEPT;

/// Fills in `info`, whose `size` must be set. Any thread.
MUSICVAE_API musicvae_status musicvae_music_get_info(const musicvae_music* music, musicvae_music_info* info) MUSICVAE_NOEXCEPT;

/// The notes of music, `qpm` quarter notes per minute (4 to 60,000,000), by instrument and then in the order of their starts. Any thread.
MUSICVAE_API musicvae_status musicvae_music_notes(const musicvae_music* music, double qpm, musicvae_note* notes, size_t capacity,
                                                  size_t* count) MUSICVAE_NOEXCEPT;

/// The cells of a groove, [steps][MUSICVAE_DRUMS]. Fails with MUSICVAE_ERROR_CONFIG for other music. Any thread.
MUSICVAE_API musicvae_status musicvae_music_cells(const musicvae_music* music, musicvae_cell* cells, size_t capacity,
                                                  size_t* count) MUSICVAE_NOEXCEPT;

/// The bytes of a Standard MIDI File of music, which ends exactly with the music's last step: write them to a file as they are. Any thread.
MUSICVAE_API musicvae_status musicvae_music_to_midi(const musicvae_music* music, double qpm, void* bytes, size_t capacity,
                                                    size_t* size) MUSICVAE_NOEXCEPT;

/// The bytes of a Standard MIDI File of notes, as long as `beats`, or as its notes if that is 0. Fails with MUSICVAE_ERROR_ARGUMENT for a
/// note out of range, or one that starts at the end or later. Any thread.
MUSICVAE_API musicvae_status musicvae_notes_to_midi(const musicvae_note* notes, size_t count, double qpm, double beats, void* bytes,
                                                    size_t capacity, size_t* size) MUSICVAE_NOEXCEPT;

/// The notes of a Standard MIDI File, given as its bytes; its tempo changes count in the seconds. Fails with MUSICVAE_ERROR_FORMAT, with a
/// message that names the byte. Any thread.
MUSICVAE_API musicvae_status musicvae_notes_from_midi(const void* bytes, size_t size, musicvae_note* notes, size_t capacity,
                                                      size_t* count) MUSICVAE_NOEXCEPT;

/* ---- making music ----------------------------------------------------------------------------------------------------------------- */

/// A temperature that is not set: each function has its usual one.
#define MUSICVAE_USUAL (-1.0F)

/// How a latent point becomes music. Begin with MUSICVAE_DECODE_OPTIONS_INIT. The same seed makes the same music on every system.
typedef struct musicvae_decode_options {
  uint32_t size;           ///< set it to sizeof(musicvae_decode_options)
  int32_t bars;            ///< 1 to the bars of a window; 0: the whole window
  uint64_t seed;           ///< what is drawn
  uint64_t first;          ///< index of the first result in the seed's series, so that a long series can be made in parts
  float temperature;       ///< 0: the likeliest; 1: the model's probabilities; above 1: wilder; MUSICVAE_USUAL: the function's own
  float feel_temperature;  ///< the same for velocities and timing; MUSICVAE_USUAL: 1, or 0 if temperature is 0
  int32_t threads;         ///< that decode several results; 0: one per core
} musicvae_decode_options;

/// The options that are used where NULL is given.
#define MUSICVAE_DECODE_OPTIONS_INIT \
  { sizeof(musicvae_decode_options), 0, 0, 0, MUSICVAE_USUAL, MUSICVAE_USUAL, 0 }

/// Makes `n` new pieces of music and writes their handles to `music` [n]. Piece i of a seed is the same whatever n is. The usual
/// temperature is 1. `options` may be NULL. Fails with MUSICVAE_ERROR_ARGUMENT for options out of range, and for a model of a task that
/// needs music to begin with. Any thread.
MUSICVAE_API musicvae_status musicvae_sample(const musicvae_model* model, const musicvae_decode_options* options, int32_t n,
                                             musicvae_music** music) MUSICVAE_NOEXCEPT;

/// Writes latent point `index` of a seed's series to `z` [latent]: musicvae_sample makes piece `index` from it. Fails with
/// MUSICVAE_ERROR_ARGUMENT for a NULL, or if `latent` is not the model's. Any thread; real-time safe.
MUSICVAE_API musicvae_status musicvae_draw_prior(const musicvae_model* model, uint64_t seed, uint64_t index, float* z,
                                                 size_t latent) MUSICVAE_NOEXCEPT;

/// Encodes music of up to one window: where it lies in the latent space, as the mean and standard deviation of each number. `mu` and
/// `sigma` are [latent]; `sigma` may be NULL. Any thread.
MUSICVAE_API musicvae_status musicvae_encode(const musicvae_model* model, const musicvae_music* music, float* mu, float* sigma,
                                             size_t latent) MUSICVAE_NOEXCEPT;

/// Makes `n` pieces of music from the latent points `z` [n][latent] and writes their handles to `music` [n]. `latent` must be the model's.
/// The usual temperature is 1. `options` may be NULL. Any thread.
MUSICVAE_API musicvae_status musicvae_decode(const musicvae_model* model, const float* z, size_t latent, int32_t n,
                                             const musicvae_decode_options* options, musicvae_music** music) MUSICVAE_NOEXCEPT;

/// Ways between two latent points.
enum musicvae_interpolation {
  MUSICVAE_SLERP = 0,  ///< along a great circle
  MUSICVAE_LERP = 1    ///< along a straight line
};

/// Makes `n` pieces of music (2 or more) on the way from one to another and writes their handles to `music` [n]. The first and the last are
/// the reconstructions of both ends. `method` is MUSICVAE_SLERP or MUSICVAE_LERP. The usual temperature is 0. `options` may be NULL; its
/// `bars` is not used. Any thread.
MUSICVAE_API musicvae_status musicvae_interpolate(const musicvae_model* model, const musicvae_music* from, const musicvae_music* to,
                                                  int32_t n, int32_t method, const musicvae_decode_options* options,
                                                  musicvae_music** music) MUSICVAE_NOEXCEPT;

/// Gives a groove a feel: keeps its hits, and takes velocities and timing from the model, which must be of task "humanize" or
/// "hits_control". The usual temperature is 0. `options` may be NULL; its `bars` is not used. Any thread.
MUSICVAE_API musicvae_status musicvae_humanize(const musicvae_model* model, const musicvae_music* groove,
                                               const musicvae_decode_options* options, musicvae_music** music) MUSICVAE_NOEXCEPT;

/// Makes drums with the rhythm of taps, with a model of task "tap". The usual temperature is 1. `options` may be NULL; its `bars` is not
/// used. Any thread.
MUSICVAE_API musicvae_status musicvae_tap_to_drums(const musicvae_model* model, const musicvae_music* taps,
                                                   const musicvae_decode_options* options, musicvae_music** music) MUSICVAE_NOEXCEPT;

/// Fills in the cells of music that `mask` [steps][lanes] chooses with a number other than 0, and keeps all others. `mask_size` is steps *
/// lanes. The model must be of task "infill" or "reconstruct". The usual temperature is 1. `options` may be NULL; its `bars` is not used.
/// Not for tracks. Any thread.
MUSICVAE_API musicvae_status musicvae_infill(const musicvae_model* model, const musicvae_music* from, const uint8_t* mask, size_t mask_size,
                                             const musicvae_decode_options* options, musicvae_music** music) MUSICVAE_NOEXCEPT;

/* ---- streaming -------------------------------------------------------------------------------------------------------------------- */

/// Makes music a step at a time. Belongs to one thread at a time.
typedef struct musicvae_stream musicvae_stream;

/// What happens at a step: a note begins or ends.
typedef struct musicvae_event {
  int32_t on;          ///< 1: the note begins; 0: it ends
  int32_t pitch;       ///< MIDI pitch
  int32_t velocity;    ///< 1 to 127; 0 if the note ends
  int32_t instrument;  ///< as in musicvae_note; of a trio: 0 melody, 1 bass, 2 drums
  int32_t drum;        ///< 1: a hit of a drum, which no event ends; 0: not
  float offset;        ///< of a hit, in steps: -0.5 (early) to 0.5 (late); otherwise 0
} musicvae_event;

/// The most events of one step.
#define MUSICVAE_STEP_EVENTS 16

/// Makes a stream for one thread, with the temperatures of `options` (NULL: the usual ones, which are 1). Everything that a stream needs is
/// allocated here. Start it before the first step. Fails with MUSICVAE_ERROR_ARGUMENT for a model of tracks, whose steps do not follow each
/// other in time, and for a model of a task that needs music to begin with. Any thread.
MUSICVAE_API musicvae_status musicvae_stream_create(const musicvae_model* model, const musicvae_decode_options* options,
                                                    musicvae_stream** stream) MUSICVAE_NOEXCEPT;

/// Frees a stream; NULL is allowed. Any thread, but only once no other call uses the handle.
MUSICVAE_API void musicvae_stream_free(musicvae_stream* stream) MUSICVAE_NOEXCEPT;

/// Begins piece `index` of a seed: the steps that follow are those that musicvae_sample makes. A note that sounds ends with the next step.
/// Costs about as much as a step. Fails with MUSICVAE_ERROR_ARGUMENT for NULL. The stream's thread; real-time safe.
MUSICVAE_API musicvae_status musicvae_stream_start(musicvae_stream* stream, uint64_t seed, uint64_t index) MUSICVAE_NOEXCEPT;

/// Begins at a latent point `z` [latent], such as one from musicvae_encode; `seed` and `index` select what is drawn. Fails with
/// MUSICVAE_ERROR_ARGUMENT for NULL, for a number that is not finite, and if `latent` is not the model's. The stream's thread; real-time
/// safe.
MUSICVAE_API musicvae_status musicvae_stream_start_at(musicvae_stream* stream, const float* z, size_t latent, uint64_t seed,
                                                      uint64_t index) MUSICVAE_NOEXCEPT;

/// Changes the temperatures from the next step on; neither may be MUSICVAE_USUAL. Fails with MUSICVAE_ERROR_ARGUMENT for NULL and for a
/// number below 0 or not finite. The stream's thread; real-time safe.
MUSICVAE_API musicvae_status musicvae_stream_set_temperature(musicvae_stream* stream, float temperature,
                                                             float feel_temperature) MUSICVAE_NOEXCEPT;

/// Makes the next step and writes its events to `events`: first the notes that end, then those that begin. `capacity` must be at least
/// MUSICVAE_STEP_EVENTS. Goes on after the steps of a window; start again to begin another piece. Fails with MUSICVAE_ERROR_ARGUMENT for
/// NULL or a stream that was never started, and with MUSICVAE_ERROR_BUFFER. The stream's thread; real-time safe.
MUSICVAE_API musicvae_status musicvae_stream_next(musicvae_stream* stream, musicvae_event* events, size_t capacity,
                                                  size_t* count) MUSICVAE_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
