// Magenta's converters with all their options, compared with what Magenta's own code made of self-made pieces.
//
// golden/reference_converters/make.py makes cases.json: pieces, and cases with the converter, its options, the examples and their notes.
// Tensors are stored as the indices of the numbers that are not 0. The order of Magenta's examples is that of a set.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "data/reference/numpy_random.hpp"
#include "musicvae/data/reference/drums_converter.hpp"
#include "musicvae/data/reference/groove_converter.hpp"
#include "musicvae/data/reference/one_hot_melody_converter.hpp"
#include "musicvae/data/reference/performance_converter.hpp"
#include "musicvae/data/reference/trio_converter.hpp"
#include "musicvae/error.hpp"
#include "musicvae/sequence/drum_classes.hpp"
#include "paths.hpp"

namespace musicvae::data::reference {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

json read_cases() {
  std::ifstream in(std::filesystem::path(test::data_folder) / "golden" / "reference_converters" / "cases.json");
  return json::parse(in);
}

SecondsPiece piece_of(const json& from) {
  SecondsPiece piece;
  for (const json& n : from.at("notes")) piece.notes.push_back({n.at(0), n.at(1), n.at(2), n.at(3), n.at(4), n.at(5), n.at(6) != 0});
  for (const json& tempo : from.value("tempos", json::array())) piece.tempos.push_back({tempo.at(0), tempo.at(1)});
  for (const json& meter : from.value("time_signatures", json::array())) piece.meters.push_back({meter.at(0), meter.at(1), meter.at(2)});
  for (const json& chord : from.value("chords", json::array())) piece.chords.push_back({chord.at(0), chord.at(1)});
  for (const json& key : from.value("key_signatures", json::array())) piece.keys.push_back({key.at(0), key.at(1)});
  for (const json& pedal : from.value("pedals", json::array())) piece.pedals.push_back({pedal.at(0), pedal.at(1), pedal.at(2)});
  piece.end = from.value("total_time", 0.0);
  return piece;
}

/// Sets fields from the options of the same names.
class Fields {
 public:
  explicit Fields(const json& options) : options_(options) {}

  template <class T>
  Fields& set(const char* name, T& field) {
    const auto found = options_.find(name);
    if (found == options_.end()) return *this;
    ++used_;
    field = found->is_null() ? T{} : found->get<T>();
    return *this;
  }
  Fields& set(const char* name, ChordEncoding& field) {
    std::string text = "none";
    set(name, text);
    field = from_name<ChordEncoding>(text);
    return *this;
  }
  Fields& set(const char* name, std::optional<double>& field) {
    if (options_.contains(name)) set(name, field.emplace());
    return *this;
  }
  /// Every option of the case has a field.
  void expect_all() const { EXPECT_EQ(used_, options_.size()) << options_; }

 private:
  const json& options_;
  std::size_t used_ = 0;
};

template <class Options>
Fields& set_grid(Fields& fields, Options& options) {
  return fields.set("steps_per_quarter", options.steps_per_quarter)
      .set("quarters_per_bar", options.quarters_per_bar)
      .set("max_tensors_per_notesequence", options.max_tensors_per_notesequence);
}

DrumsOptions drums_options(Fields& fields) {
  DrumsOptions o;
  set_grid(fields, o)
      .set("max_bars", o.max_bars)
      .set("slice_bars", o.slice_bars)
      .set("gap_bars", o.gap_bars)
      .set("pitch_classes", o.pitch_classes)
      .set("add_end_token", o.add_end_token)
      .set("pad_to_total_time", o.pad_to_total_time)
      .set("roll_input", o.roll_input)
      .set("roll_output", o.roll_output);
  return o;
}

GrooveOptions groove_options(Fields& fields) {
  GrooveOptions o;
  set_grid(fields, o)
      .set("split_bars", o.split_bars)
      .set("pitch_classes", o.pitch_classes)
      .set("inference_pitch_classes", o.inference_pitch_classes)
      .set("humanize", o.humanize)
      .set("tapify", o.tapify)
      .set("add_instruments", o.add_instruments)
      .set("num_velocity_bins", o.num_velocity_bins)
      .set("num_offset_bins", o.num_offset_bins)
      .set("split_instruments", o.split_instruments)
      .set("hop_size", o.hop_size)
      .set("hits_as_controls", o.hits_as_controls)
      .set("fixed_velocities", o.fixed_velocities)
      .set("max_note_dropout_probability", o.max_note_dropout_probability);
  return o;
}

OneHotMelodyOptions melody_options(Fields& fields) {
  OneHotMelodyOptions o;
  set_grid(fields, o)
      .set("min_pitch", o.min_pitch)
      .set("max_pitch", o.max_pitch)
      .set("valid_programs", o.valid_programs)
      .set("skip_polyphony", o.skip_polyphony)
      .set("max_bars", o.max_bars)
      .set("slice_bars", o.slice_bars)
      .set("gap_bars", o.gap_bars)
      .set("add_end_token", o.add_end_token)
      .set("pad_to_total_time", o.pad_to_total_time)
      .set("chord_encoding", o.chord_encoding)
      .set("condition_on_key", o.condition_on_key)
      .set("dedupe_event_lists", o.dedupe_event_lists);
  return o;
}

TrioOptions trio_options(Fields& fields) {
  TrioOptions o;
  set_grid(fields, o)
      .set("slice_bars", o.slice_bars)
      .set("gap_bars", o.gap_bars)
      .set("max_bars", o.max_bars)
      .set("chord_encoding", o.chord_encoding)
      .set("condition_on_key", o.condition_on_key);
  return o;
}

PerformanceOptions performance_options(Fields& fields) {
  PerformanceOptions o;
  set_grid(fields, o)
      .set("num_velocity_bins", o.num_velocity_bins)
      .set("hop_size_bars", o.hop_size_bars)
      .set("chunk_size_bars", o.chunk_size_bars)
      .set("min_num_instruments", o.min_num_instruments)
      .set("max_num_instruments", o.max_num_instruments)
      .set("min_total_events", o.min_total_events)
      .set("max_events_per_instrument", o.max_events_per_instrument)
      .set("min_pitch", o.min_pitch)
      .set("max_pitch", o.max_pitch)
      .set("first_subsequence_only", o.first_subsequence_only)
      .set("chord_encoding", o.chord_encoding)
      .set("drop_tracks_and_truncate", o.drop_tracks_and_truncate);
  return o;
}

std::unique_ptr<Converter> converter_of(const json& from) {
  Fields fields(from.at("options"));
  std::unique_ptr<Converter> converter;
  if (from.at("converter") == "DrumsConverter") converter = std::make_unique<DrumsConverter>(drums_options(fields));
  if (from.at("converter") == "GrooveConverter") converter = std::make_unique<GrooveConverter>(groove_options(fields));
  if (from.at("converter") == "OneHotMelodyConverter") converter = std::make_unique<OneHotMelodyConverter>(melody_options(fields));
  if (from.at("converter") == "TrioConverter") converter = std::make_unique<TrioConverter>(trio_options(fields));
  if (from.at("converter") == "MultiInstrumentPerformanceConverter")
    converter = std::make_unique<MultiInstrumentPerformanceConverter>(performance_options(fields));
  fields.expect_all();
  return converter;
}

Tensor tensor_of(const json& from) {
  Tensor tensor(from.at("rows"), from.at("depth"));
  for (std::size_t i = 0; i < from.at("at").size(); ++i)
    tensor.values[from.at("at")[i].get<std::size_t>()] = from.contains("values") ? from.at("values")[i].get<double>() : 1.0;
  return tensor;
}

Example example_of(const json& from) {
  return {tensor_of(from.contains("input") ? from.at("input") : from.at("output")), tensor_of(from.at("output")),
          tensor_of(from.at("control")), from.value("lengths", std::vector<int>{})};
}

std::vector<Example> sorted(std::vector<Example> examples) {
  const auto key = [](const Example& example) { return std::tie(example.output.values, example.input.values, example.control.values); };
  std::sort(examples.begin(), examples.end(), [&](const Example& a, const Example& b) { return key(a) < key(b); });
  return examples;
}

/// The notes in Magenta's order, sorted.
std::vector<SecondsNote> sorted(std::vector<SecondsNote> notes) {
  std::stable_sort(notes.begin(), notes.end(), [](const SecondsNote& a, const SecondsNote& b) {
    return std::tie(a.instrument, a.start, a.pitch) < std::tie(b.instrument, b.start, b.pitch);
  });
  return notes;
}

TEST(ReferenceConverters, EqualMagentas) {
  const json all = read_cases();
  std::map<std::string, std::size_t> examples;
  std::size_t with_notes = 0;
  for (const json& from : all.at("cases")) {
    SCOPED_TRACE(from.at("converter").get<std::string>() + " " + from.at("options").dump() + " " + from.at("piece").get<std::string>());
    const std::unique_ptr<Converter> converter = converter_of(from);
    const Depths depths = converter->depths();
    EXPECT_EQ(json({depths.input, depths.output, depths.control}), from.at("depths"));
    const auto mode = from_name<Mode>(from.at("mode").get<std::string>());
    const SecondsPiece piece = piece_of(all.at("pieces").at(from.at("piece").get<std::string>()));
    const std::vector<Example> made = sorted(converter->to_tensors(piece, mode, from.at("seed")));
    std::vector<Example> expected;
    for (const json& example : from.at("examples")) expected.push_back(example_of(example));
    ASSERT_EQ(made.size(), expected.size());
    EXPECT_TRUE(made == sorted(expected));
    examples[from.at("converter")] += made.size();
    for (std::size_t i = 0; i < expected.size(); ++i) {
      if (!from.at("examples")[i].contains("notes")) continue;
      const SecondsPiece notes = converter->from_tensor(expected[i].output, expected[i].control, mode);
      const SecondsPiece wanted = piece_of(from.at("examples")[i].at("notes"));
      EXPECT_EQ(sorted(notes.notes), sorted(wanted.notes));
      EXPECT_EQ(notes.chords, wanted.chords);
      EXPECT_EQ(notes.keys, wanted.keys);
      ++with_notes;
    }
  }
  EXPECT_EQ(examples["DrumsConverter"], 91U);
  EXPECT_EQ(examples["GrooveConverter"], 76U);
  EXPECT_EQ(examples["OneHotMelodyConverter"], 341U);
  EXPECT_EQ(examples["TrioConverter"], 86U);
  EXPECT_EQ(examples["MultiInstrumentPerformanceConverter"], 48U);
  EXPECT_EQ(with_notes, 624U);
}

/// A kick on each beat of a bar at 120 qpm, and a snare on the second beat of the next bar.
SecondsPiece two_bars() {
  SecondsPiece piece;
  for (int beat = 0; beat < 4; ++beat) piece.notes.push_back({36, 100, beat * 0.5, beat * 0.5 + 0.1, 9, 0, true});
  piece.notes.push_back({38, 127, 2.5, 2.6, 9, 0, true});
  piece.end = 2.6;
  return piece;
}

/// The column of the 1 in each row.
std::vector<std::size_t> labels(const Tensor& rows) {
  std::vector<std::size_t> result;
  for (std::size_t row = 0; row < rows.rows; ++row) {
    std::size_t column = 0;
    while (rows.at(row, column) == 0.0) ++column;
    result.push_back(column);
  }
  return result;
}

TEST(ReferenceConverters, DrumsAreOneHotOverSetsOfClasses) {
  const DrumsConverter converter({.add_end_token = true, .steps_per_quarter = 1});
  EXPECT_EQ(converter.depths().end_token, 512);
  const std::vector<Example> made = converter.to_tensors(two_bars());
  ASSERT_EQ(made.size(), 1U);
  EXPECT_EQ(labels(made[0].output), (std::vector<std::size_t>{1, 1, 1, 1, 0, 2, 0, 0, 512}));
  EXPECT_EQ(made[0].control, Tensor(9, 0));
  const SecondsPiece notes = converter.from_tensor(made[0].output);
  ASSERT_EQ(notes.notes.size(), 5U);
  EXPECT_EQ(notes.notes[4], (SecondsNote{38, 80, 2.5, 3.0, 9, 0, true}));
  EXPECT_EQ(notes.end, 3.0);
}

TEST(ReferenceConverters, ARollEndsBeforeTheFirstMark) {
  const DrumsConverter converter({.add_end_token = true, .steps_per_quarter = 1, .roll_input = true, .roll_output = true});
  Example made = converter.to_tensors(two_bars()).at(0);
  EXPECT_EQ(made.input.depth, 11U);
  EXPECT_EQ(made.input.at(4, 10), 1.0);  // silence
  EXPECT_EQ(made.input.at(8, 9), 1.0);   // the end
  EXPECT_EQ(made.input.at(8, 10), 0.0);
  EXPECT_EQ(converter.from_tensor(made.output).notes.size(), 5U);
  made.output.at(2, 9) = 1.0;
  EXPECT_EQ(converter.from_tensor(made.output).notes.size(), 2U);
}

TEST(ReferenceConverters, ASilenceOfABarEndsAStretch) {
  // Steps of a quarter note: a hit on step 0, and one after exactly four silent steps.
  SecondsPiece piece;
  piece.notes = {{36, 100, 0.0, 0.1, 9, 0, true}, {36, 100, 2.5, 2.6, 9, 0, true}};
  piece.end = 2.6;
  EXPECT_EQ(DrumsConverter({.steps_per_quarter = 1}).to_tensors(piece).size(), 2U);
  EXPECT_EQ(DrumsConverter({.gap_bars = 1.25, .steps_per_quarter = 1}).to_tensors(piece).size(), 1U);
  EXPECT_EQ(DrumsConverter({.gap_bars = 0.0, .steps_per_quarter = 1}).to_tensors(piece).at(0).output.rows, 8U);
}

TEST(ReferenceConverters, EqualWindowsOfDrumsAreKeptOnce) {
  SecondsPiece piece;
  for (int bar = 0; bar < 4; ++bar) piece.notes.push_back({bar == 2 ? 38 : 36, 100, bar * 2.0, bar * 2.0 + 0.1, 9, 0, true});
  piece.end = 6.1;
  EXPECT_EQ(DrumsConverter({.slice_bars = 1, .gap_bars = 2.0}).to_tensors(piece).size(), 2U);
  EXPECT_EQ(DrumsConverter({.slice_bars = 2, .gap_bars = 2.0}).to_tensors(piece).size(), 3U);
}

TEST(ReferenceConverters, WindowsAreChosenAfterASeed) {
  SecondsPiece piece;
  for (int bar = 0; bar < 10; ++bar) piece.notes.push_back({36, 100, bar * 2.0 + bar * 0.125, bar * 2.0 + 0.1 + bar * 0.125, 9, 0, true});
  piece.end = 30.0;
  DrumsOptions options{.slice_bars = 1, .gap_bars = 4.0, .max_tensors_per_notesequence = 0};
  const std::vector<Example> all = DrumsConverter(options).to_tensors(piece);
  ASSERT_EQ(all.size(), 10U);  // the hit is in another place in each bar
  options.max_tensors_per_notesequence = 3;
  const DrumsConverter converter(options);
  EXPECT_EQ(converter.to_tensors(piece), std::vector<Example>(all.begin(), all.begin() + 3));
  EXPECT_EQ(converter.to_tensors(piece, Mode::train, 5), converter.to_tensors(piece, Mode::train, 5));
  EXPECT_NE(converter.to_tensors(piece, Mode::train, 5), converter.to_tensors(piece, Mode::train, 6));
  EXPECT_EQ(converter.to_tensors(piece, Mode::train, 5).size(), 3U);
}

// What NumPy printed after np.random.seed(7), for the choice and for the others.
TEST(ReferenceConverters, RandomNumbersAreThoseOfNumpy) {
  EXPECT_EQ(NumpyRandom(7).choose(10, 4), (std::vector<std::size_t>{0, 2, 5, 8}));
  NumpyRandom random(7);
  EXPECT_EQ(random.uniform(0.8), 0.06104663149916574);
  std::vector<bool> made;
  for (const double probability : {0.1, 0.5, 0.6, 0.95, 0.3, 0.9, 0.5, 0.0, 1.0}) made.push_back(random.happens(probability));
  EXPECT_EQ(made, (std::vector<bool>{false, false, false, false, false, true, false, false, true}));
}

TEST(ReferenceConverters, CategoricalGroovesReturnAsTheReferenceReadsThem) {
  // 64 bins: 127 is in the last one. The reference reads only a ninth of the steps unless each drum has its row.
  GrooveOptions options{.num_velocity_bins = 64, .num_offset_bins = 64};
  const Example flat = GrooveConverter(options).to_tensors(two_bars()).at(0);
  EXPECT_EQ(GrooveConverter(options).from_tensor(flat.output).notes.size(), 1U);
  options.split_instruments = true;
  const GrooveConverter converter(options);
  const Example split = converter.to_tensors(two_bars()).at(0);
  EXPECT_EQ(split.output.rows, 32U * 9U);
  EXPECT_EQ(split.control.at(11, 2), 1.0);
  const SecondsPiece notes = converter.from_tensor(split.output);
  ASSERT_EQ(notes.notes.size(), 5U);
  EXPECT_EQ(notes.notes[4].velocity, 125);  // 63 / 64 * 127
  EXPECT_EQ(notes.notes[0].start, 0.0);
}

template <class C, class Options>
void expect_refused(const Options& options, const char* text) {
  EXPECT_THAT([&] { C converter(options); }, ThrowsMessage<ArgumentError>(HasSubstr(text)));
}

TEST(ReferenceConverters, RefuseWhatTheyCannotConvert) {
  expect_refused<DrumsConverter>(DrumsOptions{.slice_bars = -1}, "slice_bars is -1; use 0 to 4096");
  expect_refused<DrumsConverter>(DrumsOptions{.gap_bars = -1.0}, "gap_bars is -1.0");
  expect_refused<DrumsConverter>(DrumsOptions{.pitch_classes = {{36}, {}}}, "class 1 has no pitches");
  expect_refused<DrumsConverter>(DrumsOptions{.pitch_classes = {{36}, {128}}}, "class 1 has the pitch 128; use 0 to 127");
  expect_refused<DrumsConverter>(DrumsOptions{.pitch_classes = PitchClasses(13, {36})}, "one-hot rows of 13 classes");
  expect_refused<GrooveConverter>(GrooveOptions{.num_velocity_bins = 4}, "only one of num_velocity_bins and num_offset_bins");
  expect_refused<GrooveConverter>(GrooveOptions{.num_velocity_bins = 1, .num_offset_bins = 4}, "one bin holds no number");
  expect_refused<GrooveConverter>(GrooveOptions{.hop_size = 4}, "hop_size needs split_bars");
  expect_refused<GrooveConverter>(GrooveOptions{.pitch_classes = {{36}, {38}}, .tapify = true}, "there are 2 classes; give four or more");
  expect_refused<GrooveConverter>(GrooveOptions{.pitch_classes = {{36}}, .inference_pitch_classes = {{36}, {38}}},
                                  "1 pitch classes, and 2 for inference");
  expect_refused<GrooveConverter>(GrooveOptions{.add_instruments = {9}}, "add_instruments has the class 9; use 0 to 8");
  expect_refused<GrooveConverter>(GrooveOptions{.max_note_dropout_probability = 1.5}, "max_note_dropout_probability is 1.5");
  expect_refused<OneHotMelodyConverter>(OneHotMelodyOptions{.min_pitch = 60, .max_pitch = 50},
                                        "pitches from 60 to 50; use a range within 0 to 127");
  expect_refused<OneHotMelodyConverter>(OneHotMelodyOptions{.steps_per_quarter = 0}, "steps_per_quarter is 0; use 1 to 4096");
  expect_refused<TrioConverter>(TrioOptions{.slice_bars = 0}, "slice_bars is 0; use 1 to 4096");

  SecondsPiece piece = two_bars();
  piece.notes[2].pitch = 3;
  EXPECT_THAT([&] { (void)GrooveConverter().to_tensors(piece); }, ThrowsMessage<ArgumentError>(HasSubstr("no class has the pitch 3")));
  piece = two_bars();
  piece.notes[2].start = 1e9;
  EXPECT_THAT([&] { (void)GrooveConverter().to_tensors(piece); }, ThrowsMessage<ArgumentError>(HasSubstr("after more than")));
  piece = two_bars();
  piece.tempos = {{0.0, 0.0}};
  EXPECT_THAT([&] { (void)GrooveConverter().to_tensors(piece); }, ThrowsMessage<ArgumentError>(HasSubstr("a tempo is 0.0")));
  piece = two_bars();
  piece.keys = {{0.0, 12}};
  EXPECT_THAT([&] { (void)DrumsConverter().to_tensors(piece); }, ThrowsMessage<ArgumentError>(HasSubstr("a key is 12")));
  EXPECT_THAT([&] { (void)GrooveConverter().from_tensor(Tensor(4, 26)); },
              ThrowsMessage<ArgumentError>(HasSubstr("the sample has rows of 26; give rows of 27")));
}

TEST(ReferenceConverters, GiveNothingWhereMagentaDoes) {
  SecondsPiece piece = two_bars();
  piece.meters = {{0.0, 3, 4}};
  EXPECT_TRUE(DrumsConverter().to_tensors(piece).empty());
  EXPECT_EQ(DrumsConverter({.quarters_per_bar = 3}).to_tensors(piece).size(), 1U);
  EXPECT_TRUE(GrooveConverter().to_tensors(piece).empty());
  piece.meters = {};
  piece.tempos = {{0.0, 120.0}, {1.0, 90.0}};
  EXPECT_TRUE(GrooveConverter().to_tensors(piece).empty());
  EXPECT_EQ(DrumsConverter().to_tensors(piece).size(), 2U);  // one in each part
  EXPECT_TRUE(DrumsConverter({.presplit_on_time_changes = false}).to_tensors(piece).empty());
  piece.tempos = {};
  piece.notes[0].start = -1.0;
  EXPECT_TRUE(GrooveConverter().to_tensors(piece).empty());
  EXPECT_TRUE(GrooveConverter().to_tensors({}).empty());
}

TEST(SecondsPiece, RoundsToTicksAndBack) {
  SecondsPiece piece = two_bars();
  piece.tempos = {{0.0, 120.0}};
  piece.meters = {{0.0, 4, 4}};
  piece.chords = {{1.0, "Am"}};
  piece.pedals = {{0.5, true, 9}};
  const NoteSequence notes = to_ticks(piece);
  EXPECT_EQ(notes.notes[4].start, Ticks{2400});
  LeftOutCounts left_out;
  SecondsPiece again = seconds_of(notes, left_out);
  for (SecondsNote& note : again.notes) note.instrument = 9;
  for (SecondsPiece::Pedal& pedal : again.pedals) pedal.instrument = 9;
  EXPECT_EQ(again, piece);
}

}  // namespace
}  // namespace musicvae::data::reference
