#include <glib.h>  // before smf.h, which would give its templates C linkage

#include <smf.h>

#include <cstdlib>
#include <functional>
#include <memory>
#include <new>
#include <string>

#include "midi_events.hpp"

namespace musicvae::midi {
namespace {

/// Frees everything that smf_delete frees, but in linear time. smf_delete searches from the front of the track for each event that it
/// removes.
struct SmfDelete {
  void operator()(smf_t* smf) const {
    for (guint t = 0; t < smf->tracks_array->len; ++t) {
      auto* track = static_cast<smf_track_t*>(g_ptr_array_index(smf->tracks_array, t));
      for (guint e = 0; e < track->events_array->len; ++e) {
        auto* event = static_cast<smf_event_t*>(g_ptr_array_index(track->events_array, e));
        std::free(event->midi_buffer);
        std::free(event);
      }
      g_ptr_array_free(track->events_array, TRUE);
      std::free(track);
    }
    g_ptr_array_free(smf->tracks_array, TRUE);
    for (guint i = 0; i < smf->tempo_array->len; ++i) std::free(g_ptr_array_index(smf->tempo_array, i));
    g_ptr_array_free(smf->tempo_array, TRUE);
    std::free(smf);
  }
};

}  // namespace

// Tracks are read one at a time because libsmf finds the tempo of each event by searching backwards from the
// last tempo, which is quadratic if another track contains the tempos.
void for_each_event(const std::string& track, const std::function<void(Ticks at, const unsigned char* bytes)>& use) {
  const std::unique_ptr<smf_t, SmfDelete> smf(smf_load_from_memory(track.data(), static_cast<int>(track.size())));
  if (!smf) throw std::bad_alloc();  // the bytes are valid, so nothing else can fail
  const auto* events = static_cast<const smf_track_t*>(g_ptr_array_index(smf->tracks_array, 0));
  for (guint i = 0; i < events->events_array->len; ++i) {
    const auto* event = static_cast<const smf_event_t*>(g_ptr_array_index(events->events_array, i));
    use({event->time_pulses}, event->midi_buffer);
  }
}

}  // namespace musicvae::midi
