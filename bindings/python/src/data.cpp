// GrooveDataset: windows of drum playing.
#include <map>
#include <optional>

#include "bindings.hpp"
#include "dataset.hpp"
#include "musicvae/data/groove_dataset.hpp"
#include "musicvae/data/window_music.hpp"
#include "musicvae/data/window_set.hpp"
#include "musicvae/error.hpp"
#include "musicvae/model/any_music.hpp"
#include "musicvae/model/named_configs.hpp"
#include "musicvae/sequence/drum_notes.hpp"
#include "musicvae/sequence/note_sequence.hpp"
#include "notes.hpp"

namespace musicvae::python {
namespace {

using data::primary_style;
using data::SourceFile;
using data::WindowSet;

// Which files of a dataset to keep; a field without a value keeps all.
struct Filter {
  std::optional<std::string> split{}, style{}, beat_type{};

  [[nodiscard]] std::optional<data::Split> checked_split() const {
    if (!split) return std::nullopt;
    return from_name<data::Split>(*split);
  }

  [[nodiscard]] Dataset apply(const WindowSet& windows) const {
    const auto part = checked_split();
    check(windows, style, "style", [](const SourceFile& file) { return std::vector{file.style, primary_style(file.style)}; });
    check(windows, beat_type, "beat type", [](const SourceFile& file) { return std::vector{file.beat_type}; });
    if (!style && !beat_type) return {windows, part};
    return {windows.where([&](const SourceFile& file) {
              return (!style || file.style == *style || primary_style(file.style) == *style) &&
                     (!beat_type || file.beat_type == *beat_type);
            }),
            part};
  }

 private:
  // A word that no file has is probably a spelling mistake, so it is an error.
  template <class Words>
  static void check(const WindowSet& windows, const std::optional<std::string>& wanted, const std::string& what, Words words) {
    if (!wanted) return;
    std::map<std::string, bool> known;
    for (const SourceFile& file : windows.files()) {
      for (const std::string& word : words(file)) {
        if (word == *wanted) return;
      }
      if (const std::string word = words(file).back(); !word.empty()) known[word] = true;
    }
    std::string list;
    for (const auto& [word, yes] : known) list += (list.empty() ? "" : ", ") + word;
    throw ArgumentError("dataset: no file has the " + what + " \"" + *wanted + "\"; " +
                        (list.empty() ? "no file has any" : "use one of: " + list));
  }
};

/// A path, or a list of MIDI files and notes.
using Source = std::variant<std::filesystem::path, py::typing::Iterable<py::object>>;

/// A groove becomes notes with the map that will read them back.
data::GrooveDataset::Item item_from(const py::handle& object, std::size_t index, const DrumMap& map) {
  if (py::isinstance<DrumSequence>(object)) return to_notes(object.cast<const DrumSequence&>(), map);
  if (py::isinstance<py::str>(object) || py::hasattr(object, "__fspath__")) return object.cast<std::filesystem::path>();
  try {
    return py::type::of<NoteSequence>().attr("from_notes")(object).cast<NoteSequence>();
  } catch (py::error_already_set& error) {  // adds the item's number to the project's own errors
    if (!error.matches(py::module_::import("musicvae_cpp._errors").attr("Error"))) throw;
    const py::str message = py::str("dataset: item {}: {}").format(index, error.value());
    PyErr_SetObject(error.type().ptr(), message.ptr());
    throw py::error_already_set();
  }
}

data::GrooveDataset list_from(const py::typing::Iterable<py::object>& list, const DrumMap& map) {
  std::vector<data::GrooveDataset::Item> items;
  for (const py::handle object : list) items.push_back(item_from(object, items.size(), map));
  return data::GrooveDataset::of(std::move(items));
}

// How windows are made; a field without a value has the usual one.
struct Cutting {
  std::optional<std::string> cut{};
  int bars = 4;
  std::optional<DrumMap> map{};
  std::string classes{};
  DrumChannelArgument channel{};
  std::optional<std::string> config{};
};

Immutable<data::FileConverter> converter_from(const Cutting& cutting) {
  data::ConverterChoice choice{.drum_map = cutting.map};
  if (cutting.cut) choice.cut = from_name<data::Cut>(*cutting.cut);
  if (const DrumChannel channel = drum_channel_from(cutting.channel); channel != DrumChannel()) choice.drum_channel = channel;
  if (cutting.config) return data::converter_for(named_config(*cutting.config), choice);
  return data::GrooveConverter({.cut = choice.cut.value_or(data::Cut::bar_aligned),
                                .drum_map = choice.drum_map,
                                .bars = cutting.bars,
                                .classes = from_name<DrumClasses>(cutting.classes),
                                .drum_channel = choice.drum_channel.value_or(DrumChannel())});
}

Dataset open(const Source& source, const Filter& filter, const Cutting& cutting, int threads) {
  (void)filter.checked_split();  // fails before the work starts
  const data::PrepareOptions options{.converter = converter_from(cutting), .threads = threads, .progress = [](std::size_t, std::size_t) {
                                       const py::gil_scoped_acquire acquire;
                                       if (PyErr_CheckSignals() != 0) throw py::error_already_set();
                                     }};
  const auto windows_of = [&](const auto& work) {
    const py::gil_scoped_release release;
    return work();
  };
  if (const auto* path = std::get_if<std::filesystem::path>(&source)) {
    const WindowSet windows = windows_of([&] { return data::open_windows(*path, options); });
    if (cutting.config) data::check_music(windows.info(), named_config(*cutting.config));  // a prepared dataset may hold other music
    return filter.apply(windows);
  }
  const data::GrooveDataset list = list_from(std::get<py::typing::Iterable<py::object>>(source), cutting.map.value_or(DrumMap::roland()));
  return filter.apply(windows_of([&] { return data::prepare(list, options).finish(); }));
}

std::size_t index_in(const Dataset& dataset, py::ssize_t index) {
  const auto size = static_cast<py::ssize_t>(dataset.windows().size());
  if (index < -size || index >= size)
    throw py::index_error("dataset: there is no window " + std::to_string(index) + "; it has " + std::to_string(size));
  return static_cast<std::size_t>(index < 0 ? index + size : index);
}

Music window_of(const Dataset& dataset, py::ssize_t index) {
  const WindowSet& windows = dataset.windows();
  if (windows.info().cut == data::Cut::reference_drums) {
    throw ArgumentError("dataset: its windows hold only hits, [" + std::to_string(windows.steps()) + ", " +
                        std::to_string(windows.depth()) + "], so they are not grooves; use arrays()");
  }
  return with_music(windows.info().music, "dataset: its windows are",
                    [&]<class Value>() { return Music(py::cast(data::value_of<Value>(windows, index_in(dataset, index)))); });
}

py::array_t<float> arrays(const Dataset& dataset) {
  const WindowSet windows = dataset.windows();
  std::vector<float> values;
  {
    const py::gil_scoped_release release;
    values.reserve(windows.size() * static_cast<std::size_t>(windows.steps() * windows.depth()));
    for (std::size_t w = 0; w < windows.size(); ++w) {
      const std::span<const float> window = windows.window(w);
      values.insert(values.end(), window.begin(), window.end());
    }
  }
  return to_array(std::move(values), {static_cast<py::ssize_t>(windows.size()), windows.steps(), windows.depth()});
}

Record describe(const SourceFile& file) {
  Record record;
  record["path"] = file.path;
  record["split"] = std::string(name(file.split));
  record["style"] = primary_style(file.style);
  record["full_style"] = file.style;
  record["beat_type"] = file.beat_type;
  record["bpm"] = file.bpm;
  record["meter"] = std::to_string(file.beats_per_bar) + "/" + std::to_string(file.beat_unit);
  return record;
}

Records window_info(const Dataset& dataset) {
  Records records;
  const WindowSet& windows = dataset.windows();
  for (std::size_t w = 0; w < windows.size(); ++w) {
    Record record = describe(windows.file(w));
    record["bar"] = windows.bar(w);
    records.append(record);
  }
  return records;
}

Records report(const Dataset& dataset) {
  const WindowSet& windows = dataset.windows();
  std::map<const SourceFile*, std::int64_t> count;  // keyed by address: files of different shards may have the same name
  for (std::size_t w = 0; w < windows.size(); ++w) ++count[&windows.file(w)];
  Records records;
  for (const SourceFile& file : windows.files()) {
    Record record = describe(file);
    record["notes"] = file.notes;
    record["windows"] = count[&file];
    record["guessed_drums"] = file.guessed_drums;
    record["error"] = file.error;
    record["left_out"] = to_dict(file.left_out);
    records.append(record);
  }
  return records;
}

LeftOutCounts left_out(const Dataset& dataset) {
  LeftOutCounts sum;
  for (const SourceFile& file : dataset.windows().files()) sum += file.left_out;
  return sum;
}

}  // namespace

void add_data(py::module_& module) {
  py::class_<Dataset>(module, "GrooveDataset", R"(Drum performances or melodies as training windows, for example the Groove MIDI Dataset.

path: the release's zip or folder, another folder or zip of MIDI files, a MIDI file, a TFRecord file of NoteSequences, a prepared
dataset (.mvds), or a folder that holds only prepared datasets (shards). Prepared datasets open without any conversion. path can also
be a list. Each item is a path, a groove, a NoteSequence, or anything that NoteSequence.from_notes() takes. Files that cannot be read
are counted, in a list as in a folder; see report().
split, style, beat_type: keep only these windows. style is the primary style ("funk") or the full one ("funk/groove1").
cut, bars, drum_map, classes: how windows are made. They matter only if path is not a prepared dataset. The cut "reference-drums" makes
windows of hits only: of the nine classes of drum_map, or with classes="full" of the 61 pitches of General MIDI.
cut: by default "bar-aligned", or the only one that the config takes. config: windows of the music and the length of a named config, which
refuses what it does not take.
drum_map: by default DrumMap.standard() for the cut "bar-aligned" and DrumMap.roland() for the others.
drum_channel: as in NoteSequence.to_drums().
threads: 0 is one per core. Raises FileError, FormatError or ArgumentError.

All windows share one read-only block of memory. Filtering does not copy windows.)")
      .def(py::init([](const Source& path, std::optional<std::string> split, std::optional<std::string> style,
                       std::optional<std::string> beat_type, const std::optional<std::string>& cut, int bars,
                       const std::optional<DrumMap>& map, int threads, const std::string& classes, const DrumChannelArgument& channel,
                       const std::optional<std::string>& config) {
             return open(path, {std::move(split), std::move(style), std::move(beat_type)}, {cut, bars, map, classes, channel, config},
                         threads);
           }),
           py::arg("path"), py::arg("split") = py::none(), py::arg("style") = py::none(), py::arg("beat_type") = py::none(),
           py::arg("cut") = py::none(), py::arg("bars") = 4, py::arg("drum_map") = py::none(), py::arg("threads") = 0,
           py::arg("classes") = "nine", py::arg("drum_channel") = py::none(), py::arg("config") = py::none())
      .def("__len__", [](const Dataset& dataset) { return dataset.windows().size(); })
      .def("__getitem__", &window_of, py::arg("index"),
           "A window as a DrumSequence, a Melody or a Trio. Raises ArgumentError if the windows hold only hits.")
      .def("arrays", &arrays,
           "A copy of all windows, float32 [n, steps, 27]; with the cut reference-drums [n, steps, 9] or [n, steps, 61]; of "
           "melodies [n, steps, 1].")
      .def("window_info", &window_info, "A list of dicts, one per window: path, split, style, full_style, beat_type, bpm, meter, bar.")
      .def("report", &report,
           "A list of dicts, one per source file: path, split, style, full_style, beat_type, bpm, meter, notes, windows, guessed_drums "
           "(no\nnote was on the drum channel), error, left_out.")
      .def_property_readonly(
          "left_out", [](const Dataset& dataset) { return to_dict(left_out(dataset)); }, "Counts of what the windows leave out, by reason.")
      .def(
          "filter",
          [](const Dataset& dataset, std::optional<std::string> split, std::optional<std::string> style,
             std::optional<std::string> beat_type) {
            if (!split && dataset.split()) split = std::string(name(*dataset.split()));
            return Filter{std::move(split), std::move(style), std::move(beat_type)}.apply(dataset.all_splits());
          },
          py::kw_only(), py::arg("split") = py::none(), py::arg("style") = py::none(), py::arg("beat_type") = py::none(),
          "The windows with this split, style or beat type. Raises ArgumentError for a value that no file has.")
      .def_property_readonly(
          "steps", [](const Dataset& dataset) { return dataset.windows().steps(); }, "Steps per window.")
      .def_property_readonly(
          "music", [](const Dataset& dataset) { return dataset.windows().info().music; }, "The kind of music: \"grooves\" or \"melodies\".")
      .def_property_readonly(
          "depth", [](const Dataset& dataset) { return dataset.windows().depth(); },
          "Numbers per step: 27, or 9 or 61 with the cut reference-drums; 1 of melodies.")
      .def_property_readonly("drum_map", [](const Dataset& dataset) { return dataset.windows().info().drum_map; })
      .def_property_readonly("split",
                             [](const Dataset& dataset) {
                               const auto split = dataset.split();
                               return split ? std::optional(std::string(name(*split))) : std::nullopt;
                             })
      .def(
          "save",
          [](const Dataset& dataset, const std::filesystem::path& path) {
            const WindowSet windows = dataset.windows();  // its own copy: another thread may close the dataset meanwhile
            const py::gil_scoped_release release;
            windows.write(path);
          },
          py::arg("path"), "Write a prepared dataset (.mvds) atomically. Raises FileError.")
      .def("close", &Dataset::close, "Release the memory. Everything taken from the dataset stays valid.")
      .def_property_readonly("closed", &Dataset::closed)
      .def("__enter__", [](const py::object& self) { return self; })
      .def("__exit__", [](Dataset& dataset, const py::args&) { dataset.close(); })
      .def("__repr__", [](const Dataset& dataset) {
        if (dataset.closed()) return std::string("<GrooveDataset: closed>");
        return "<GrooveDataset: " + std::to_string(dataset.windows().size()) + " windows of " + std::to_string(dataset.windows().steps()) +
               " steps from " + std::to_string(dataset.windows().files().size()) + " files>";
      });
}

}  // namespace musicvae::python
