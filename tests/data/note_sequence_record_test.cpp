// NoteSequence records: they hold what note_seq reads from MIDI, they survive a round trip, and an error for bad bytes names the record.
#include "musicvae/data/note_sequence_record.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <protozero/pbf_reader.hpp>
#include <protozero/pbf_writer.hpp>

#include "damage.hpp"
#include "musicvae/error.hpp"
#include "musicvae/midi/midi_file.hpp"
#include "paths.hpp"

namespace musicvae::data {
namespace {

using nlohmann::json;
using protozero::pbf_reader;
using protozero::pbf_writer;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

std::span<const std::byte> as_bytes(const std::string& text) {
  return std::as_bytes(std::span(text));
}

NoteSequenceRecord parse(const std::string& bytes) {
  return parse_note_sequence(as_bytes(bytes), "x.tfrecord: record 3");
}

/// A record's bytes in the form of the golden files, parsed by field numbers.
json as_reference(const std::string& bytes) {
  json result = {{"tpq", 0}, {"tempos", json::array()}, {"time_signatures", json::array()}, {"notes", json::array()}, {"total_time", 0.0}};
  pbf_reader reader(bytes);
  while (reader.next()) {
    json item;
    pbf_reader message;
    switch (reader.tag()) {
      case 4:
        result["tpq"] = reader.get_int32();
        break;
      case 5:
        item = {0.0, 0, 0};
        for (message = reader.get_message(); message.next();) {
          const std::size_t place = message.tag() - 1;  // read now: getting a value resets the tag
          if (place == 0) {
            item[place] = message.get_double();
          } else {
            item[place] = message.get_int32();
          }
        }
        result["time_signatures"].push_back(item);
        break;
      case 7:
        item = {0.0, 0.0};
        for (message = reader.get_message(); message.next();) {
          const std::size_t place = message.tag() - 1;
          item[place] = message.get_double();
        }
        result["tempos"].push_back(item);
        break;
      case 8:
        item = {0, 0, 0.0, 0.0, 0, 0, false};
        for (message = reader.get_message(); message.next();) {
          const std::map<std::uint32_t, std::size_t> places = {{1, 0}, {2, 1}, {3, 2}, {4, 3}, {7, 4}, {8, 5}, {9, 6}};
          const std::size_t place = places.at(message.tag());
          if (place == 2 || place == 3) {
            item[place] = message.get_double();
          } else if (place == 6) {
            item[place] = message.get_bool();
          } else {
            item[place] = message.get_int32();
          }
        }
        result["notes"].push_back(item);
        break;
      case 9:
        result["total_time"] = reader.get_double();
        break;
      default:
        reader.skip();
    }
  }
  return result;
}

struct Golden {
  json expected;
  std::filesystem::path folder = std::filesystem::path(test::data_folder) / "golden" / "midi";
  Golden() {
    std::ifstream in(folder / "expected.json");
    expected = json::parse(in);
  }
  [[nodiscard]] NoteSequence read(const std::string& name) const { return read_midi(folder / (name + ".mid")); }
};

TEST(NoteSequenceRecord, HoldsWhatNoteSeqReads) {
  const Golden golden;
  ASSERT_EQ(golden.expected.size(), 24U);
  for (const auto& [name, reference] : golden.expected.items()) {
    SCOPED_TRACE(name);
    const json ours = as_reference(serialize_note_sequence({.notes = golden.read(name)}));
    for (const auto& [key, value] : ours.items()) EXPECT_TRUE(value == reference[key]) << key;
  }
}

TEST(NoteSequenceRecord, GivesTheNotesBack) {
  const Golden golden;
  for (const auto& [name, reference] : golden.expected.items()) {
    SCOPED_TRACE(name);
    const NoteSequence notes = golden.read(name);
    const NoteSequenceRecord record = record_of_midi(notes, name + ".mid", "golden");
    const std::string bytes = serialize_note_sequence(record);
    const NoteSequenceRecord back = parse(bytes);
    EXPECT_EQ(back.id, record.id);
    EXPECT_EQ(back.filename, name + ".mid");
    EXPECT_EQ(back.collection_name, "golden");
    EXPECT_EQ(back.source_info, record.source_info);
    EXPECT_EQ(back.notes.time_signatures, notes.time_signatures);
    EXPECT_EQ(back.notes.tempo_map.ticks_per_quarter(), notes.tempo_map.ticks_per_quarter());
    ASSERT_EQ(back.notes.notes.size(), notes.notes.size());
    for (std::size_t i = 0; i < notes.notes.size(); ++i) {
      const Note& a = notes.notes[i];
      const Note& b = back.notes.notes[i];
      EXPECT_EQ(std::tie(a.pitch, a.velocity, a.start, a.end, a.program), std::tie(b.pitch, b.velocity, b.start, b.end, b.program));
      EXPECT_EQ(a.is_drum(), b.is_drum());
      EXPECT_EQ(notes.start_seconds(a), back.notes.start_seconds(b));
    }
    EXPECT_EQ(serialize_note_sequence(back), bytes);
  }
}

TEST(NoteSequenceRecord, IsNamedAsMagentaNamesIt) {
  // hashlib.sha1(b"a/b.mid").hexdigest()
  EXPECT_EQ(record_of_midi({}, "a/b.mid", "set").id, "/id/midi/set/51deb17655a5d7bd04b4c26e49b93b370e15e0fe");
}

NoteSequence two_instruments() {
  NoteSequence notes;
  notes.notes = {{.pitch = 60, .velocity = 80, .start = {0}, .end = {960}, .channel = 2, .program = 5, .track = 1},
                 {.pitch = 36, .velocity = 90, .start = {0}, .end = {480}, .track = 2},
                 {.pitch = 62, .velocity = 80, .start = {960}, .end = {1440}, .channel = 2, .program = 5, .track = 1}};
  notes.end = {1920};
  return notes;
}

TEST(NoteSequenceRecord, CountsInstrumentsByTrackProgramAndChannel) {
  NoteSequence notes = two_instruments();
  const auto add = [&](int channel, int program, int track) {
    notes.notes.push_back({.pitch = 64, .velocity = 1, .start = {0}, .end = {480}, .channel = channel, .program = program, .track = track});
  };
  add(2, 6, 1);
  add(3, 5, 1);
  add(2, 5, 3);
  add(2, 6, 1);
  const json all = as_reference(serialize_note_sequence({.notes = notes}))["notes"];
  EXPECT_EQ(all, json::parse(R"([[60, 80, 0.0, 1.0, 0, 5, false], [36, 90, 0.0, 0.5, 1, 0, true], [62, 80, 1.0, 1.5, 0, 5, false],
      [64, 1, 0.0, 0.5, 2, 6, false], [64, 1, 0.0, 0.5, 3, 5, false], [64, 1, 0.0, 0.5, 4, 5, false], [64, 1, 0.0, 0.5, 2, 6, false]])"));
}

TEST(NoteSequenceRecord, DrumsKeepTheNumberOfTheirInstrument) {
  const json all = as_reference(serialize_note_sequence({.notes = two_instruments()}));
  const json drums = as_reference(serialize_note_sequence({.notes = two_instruments()}, RecordNotes::drums));
  ASSERT_EQ(all["notes"].size(), 3U);
  EXPECT_EQ(all["total_time"], 1.5);
  ASSERT_EQ(drums["notes"].size(), 1U);
  EXPECT_EQ(drums["notes"][0], all["notes"][1]);
  EXPECT_EQ(drums["notes"][0][4], 1);
  EXPECT_EQ(drums["total_time"], 0.5);
}

TEST(NoteSequenceRecord, InstrumentsBecomeTracksAndChannels) {
  NoteSequence notes;
  for (int i = 0; i < 17; ++i) notes.notes.push_back({.pitch = 60, .velocity = 1, .start = {0}, .end = {1}, .channel = 0, .track = i});
  notes.notes.push_back({.pitch = 36, .velocity = 1, .start = {0}, .end = {1}, .track = 17});
  const NoteSequence back = parse(serialize_note_sequence({.notes = notes})).notes;
  std::vector<int> channels;
  for (const Note& note : back.notes) channels.push_back(note.channel);
  EXPECT_THAT(channels, testing::ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 0, 1, 9));
  EXPECT_EQ(back.notes.back().track, 17);
  EXPECT_EQ(parse(serialize_note_sequence({.notes = two_instruments()})).notes.notes[2].program, 5);
  EXPECT_NO_THROW((void)serialize_midi(back));
}

TEST(NoteSequenceRecord, AnEarlyFirstDownbeatStartsAtZero) {
  NoteSequence notes;
  notes.notes = {{.pitch = 36, .velocity = 100, .start = {-30}, .end = {90}}, {.pitch = 38, .velocity = 100, .start = {-30}, .end = {-10}}};
  const NoteSequenceRecord back = parse(serialize_note_sequence({.notes = notes}));
  EXPECT_EQ(back.notes.notes[0].start, Ticks{});
  EXPECT_EQ(back.notes.notes[0].end, Ticks{90});
  EXPECT_EQ(back.notes.notes[1].end, Ticks{});
}

TEST(NoteSequenceRecord, ChordsAreTextAnnotations) {
  NoteSequence notes = two_instruments();
  notes.chords = {{{-480}, "C"}, {{480}, "Am7"}, {{480}, "F"}};
  const std::string bytes = serialize_note_sequence({.notes = notes});
  EXPECT_EQ(parse(bytes).notes.chords, notes.chords);
  std::vector<std::string> texts;
  pbf_reader reader(bytes);
  while (reader.next(14)) {
    for (pbf_reader message = reader.get_message(); message.next();) {
      if (message.tag() == 2) {
        texts.push_back(message.get_string());
      } else if (message.tag() == 3) {
        EXPECT_EQ(message.get_enum(), 1) << "CHORD_SYMBOL";
      } else {
        message.skip();
      }
    }
  }
  EXPECT_THAT(texts, testing::ElementsAre("C", "Am7", "F"));
}

TEST(NoteSequenceRecord, OnlyChordSymbolsAmongTextAnnotationsAreChords) {
  std::string raw;
  pbf_writer out(raw);
  const auto add = [&](double time, const std::string& text, int type) {
    pbf_writer annotation(out, 14);
    annotation.add_string(2, text);
    annotation.add_int64(4, 7);  // a quantised step
    if (type != 0) annotation.add_enum(3, type);
    annotation.add_double(1, time);
  };
  out.add_int32(4, 480);
  add(2.0, "G", 1);
  add(0.0, "la", 0);
  add(0.5, "x", 2);
  add(1.0, "H", 1);
  const std::vector<ChordAnnotation> chords = {{{960}, "H"}, {{1920}, "G"}};
  EXPECT_EQ(parse(raw).notes.chords, chords);
  add(std::numeric_limits<double>::quiet_NaN(), "C", 1);
  EXPECT_THAT([&] { (void)parse(raw); }, ThrowsMessage<FormatError>(HasSubstr("a chord's time")));
}

TEST(NoteSequenceRecord, NamesThatAreNoUtf8AreMendedInWritingAndRefusedInReading) {
  const std::string bytes = serialize_note_sequence({.id = "a", .filename = "caf\xE9.mid"});
  EXPECT_EQ(parse(bytes).filename, "caf\xEF\xBF\xBD.mid");
  std::string raw;
  pbf_writer(raw).add_string(2, "caf\xE9.mid");
  EXPECT_THAT([&] { (void)parse(raw); }, ThrowsMessage<FormatError>(AllOf(HasSubstr("record 3"), HasSubstr("filename is not UTF-8"))));
}

// ---- records from other programs --------------------------------------------------------------------------------------

struct Fields {
  int pitch = 36, velocity = 100;
  double start = 0.5, end = 0.75;
  int instrument = 0, program = 0;
  bool is_drum = true;
};

void add_note(pbf_writer& sequence, const Fields& fields) {
  pbf_writer note(sequence, 8);
  note.add_bool(9, fields.is_drum);  // fields may come in any order
  note.add_int32(1, fields.pitch);
  note.add_int32(2, fields.velocity);
  note.add_double(3, fields.start);
  note.add_double(4, fields.end);
  note.add_int32(7, fields.instrument);
  note.add_int32(8, fields.program);
}

void add_tempo(pbf_writer& sequence, double time, double qpm) {
  pbf_writer tempo(sequence, 7);
  tempo.add_double(1, time);
  tempo.add_double(2, qpm);
}

void add_meter(pbf_writer& sequence, double time, int numerator, int denominator) {
  pbf_writer meter(sequence, 5);
  meter.add_double(1, time);
  meter.add_int32(2, numerator);
  meter.add_int32(3, denominator);
}

template <class Write>
std::string record(Write write) {
  std::string bytes;
  pbf_writer out(bytes);
  write(out);
  return bytes;
}

TEST(NoteSequenceRecord, WithoutTicksOrTempoItIs220AndEach120) {
  const NoteSequenceRecord result = parse(record([](pbf_writer& out) { add_note(out, {}); }));
  EXPECT_EQ(result.notes.tempo_map.ticks_per_quarter(), 220);
  EXPECT_EQ(result.notes.notes[0].start, Ticks{220});
  EXPECT_EQ(result.notes.notes[0].end, Ticks{330});
  EXPECT_EQ(result.notes.notes[0].channel, 9);
  EXPECT_EQ(result.notes.end, Ticks{330});
  EXPECT_EQ(result.source_info, (SourceInfo{0, 0, 0}));
  EXPECT_TRUE(parse("").notes.notes.empty());
}

TEST(NoteSequenceRecord, TemposMayBeInAnyOrderAndTimesBetweenTicks) {
  const NoteSequence notes = parse(record([](pbf_writer& out) {
                               out.add_int32(4, 480);
                               add_tempo(out, 2.0, 60.0);
                               add_tempo(out, 0.0, 100.0);
                               add_meter(out, 3.0, 3, 4);
                               add_meter(out, 0.0, 4, 4);
                               add_note(out, {.start = 0.60001, .end = 3.0});
                               add_note(out, {.start = 1.0, .end = 0.5});
                               out.add_double(9, 5.0);
                             })).notes;
  ASSERT_EQ(notes.tempo_map.tempos().size(), 2U);
  EXPECT_EQ(notes.tempo_map.tempos()[1].at, Ticks{1600});
  EXPECT_EQ(notes.notes[0].start, Ticks{480});
  EXPECT_EQ(notes.notes[0].end, Ticks{1600 + 480});
  EXPECT_EQ(notes.notes[1].end, notes.notes[1].start) << "it ended before it started";
  EXPECT_EQ(notes.end, Ticks{1600 + 3 * 480});
  EXPECT_EQ(notes.time_signatures[0].numerator, 4);
  EXPECT_EQ(notes.time_signatures[1].at, Ticks{1600 + 480});
}

TEST(NoteSequenceRecord, KeepsSustainPedals) {
  NoteSequence notes;
  for (const int track : {0, 1}) {
    notes.notes.push_back({.pitch = 60, .velocity = 80, .start = {0}, .end = {480}, .channel = track, .program = 3, .track = track});
  }
  notes.end = {480};
  notes.pedals = {{.at = {0}, .down = true, .channel = 1, .track = 1},
                  {.at = {240}, .down = false, .channel = 1, .track = 1},
                  {.at = {100}, .down = true, .channel = 5, .track = 1}};  // where nothing plays
  const NoteSequenceRecord back = parse(serialize_note_sequence({.notes = notes}));
  notes.pedals.pop_back();
  EXPECT_EQ(back.notes.pedals, notes.pedals);
}

TEST(NoteSequenceRecord, ReadsTheSustainPedalAlone) {
  const NoteSequenceRecord result = parse(record([](pbf_writer& out) {
    add_note(out, {});
    for (const int number : {64, 66}) {
      pbf_writer change(out, 11);
      change.add_double(1, 0.5);
      change.add_int32(2, number);
      change.add_int32(3, 64);
    }
  }));
  ASSERT_EQ(result.notes.pedals.size(), 1U);
  EXPECT_TRUE(result.notes.pedals.front().down);
}

TEST(NoteSequenceRecord, PassesOverWhatItDoesNotKnow) {
  const NoteSequenceRecord result = parse(record([](pbf_writer& out) {
    out.add_int64(18, 5);
    out.add_string(1000, "later");
    out.add_fixed32(1001, 1);
    out.add_int32(1, 7);                     // the id as a number
    out.add_string(4, "x");                  // the ticks as a string
    out.add_double(8, 1.0);                  // a note as a number
    pbf_writer(out, 10).add_double(1, 1.0);  // a pitch bend
    add_note(out, {});
    pbf_writer note(out, 8);
    note.add_string(1, "pitch");
    note.add_int32(12, 3);
    note.add_double(4, 1.0);
  }));
  ASSERT_EQ(result.notes.notes.size(), 2U);
  EXPECT_EQ(result.id, "");
  EXPECT_EQ(result.notes.notes[1].pitch, 0);
}

TEST(NoteSequenceRecord, SaysWhichValueIsOutOfItsRange) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const auto refuses = [](auto write, const std::string& part) {
    EXPECT_THAT([&] { (void)parse(record(write)); },
                ThrowsMessage<FormatError>(AllOf(testing::StartsWith("x.tfrecord: record 3: "), HasSubstr(part), HasSubstr("; "))));
  };
  const auto refuses_note = [&](const Fields& fields, const std::string& part) {
    refuses(
        [&](pbf_writer& out) {
          add_note(out, {});
          add_note(out, fields);
        },
        "note 1's " + part);
  };
  refuses_note({.pitch = 128}, "pitch is 128; use 0 to 127");
  refuses_note({.pitch = -1}, "pitch is -1");
  refuses_note({.velocity = 128}, "velocity is 128");
  refuses_note({.program = 200}, "program is 200");
  refuses_note({.start = nan}, "start is");
  refuses_note({.end = infinity}, "end is");
  refuses_note({.end = 1e8}, "end is");
  refuses_note({.start = -1e300}, "start is");
  refuses([](pbf_writer& out) { out.add_int32(4, -1); }, "ticks_per_quarter is -1");
  refuses([](pbf_writer& out) { out.add_int32(4, 40000); }, "ticks_per_quarter is 40000");
  refuses([](pbf_writer& out) { add_tempo(out, 0.0, 0.0); }, "quarter notes per minute");
  refuses([](pbf_writer& out) { add_tempo(out, 0.0, nan); }, "quarter notes per minute");
  refuses([](pbf_writer& out) { add_tempo(out, nan, 120.0); }, "tempo's time");
  refuses([](pbf_writer& out) { add_tempo(out, -1.0, 120.0); }, "tempo's time");
  refuses([](pbf_writer& out) { add_tempo(out, 1e300, 120.0); }, "tempo's time");
  refuses([](pbf_writer& out) { add_meter(out, 0.0, 4, 3); }, "denominator is 3");
  refuses([](pbf_writer& out) { add_meter(out, 0.0, 0, 4); }, "numerator is 0");
  refuses([](pbf_writer& out) { add_meter(out, nan, 4, 4); }, "time signature's time");
  refuses([](pbf_writer& out) { out.add_double(9, nan); }, "the end is nan s");
  refuses(
      [](pbf_writer& out) {
        pbf_writer note(out, 8);
        note.add_int64(14, 4);
      },
      "no seconds");
}

TEST(NoteSequenceRecord, ReadsManyTempiInGoodTime) {
  const NoteSequence notes = parse(record([](pbf_writer& out) {
                               for (int i = 0; i < 100'000; ++i) add_tempo(out, 0.1 * i, 100.0 + i % 50);
                             })).notes;
  EXPECT_EQ(notes.tempo_map.tempos().size(), 100'000U);
  EXPECT_NEAR(notes.tempo_map.seconds(notes.tempo_map.tempos().back().at).value, 9999.9, 0.01) << "rounding does not add up";
}

TEST(NoteSequenceRecord, NoChangeOfItsBytesDoesHarm) {
  const Golden golden;
  test::Damage damage;
  int read = 0;
  int refused = 0;
  for (const std::string name : {"08_tempo_change", "09_meter_change", "18_channel_1_not_drum", "22_one_note"}) {
    const std::string bytes = serialize_note_sequence(record_of_midi(golden.read(name), name, "golden"));
    for (int i = 0; i < 2000; ++i) {
      test::Bytes changed(as_bytes(bytes).begin(), as_bytes(bytes).end());
      damage.apply(changed);
      try {
        (void)serialize_note_sequence(parse_note_sequence(changed, "x"));
        ++read;
      } catch (const FormatError& error) {
        const std::string message = error.what();
        EXPECT_TRUE(message.starts_with("x: ")) << message;
        EXPECT_EQ(message.find('\n'), std::string::npos) << message;
        ++refused;
      }
    }
  }
  EXPECT_GT(read, 500);
  EXPECT_GT(refused, 500);
}

}  // namespace
}  // namespace musicvae::data
