// TFRecord files of NoteSequences.
#include <pybind11/typing.h>

#include <optional>
#include <string>
#include <utility>

#include "bindings.hpp"
#include "musicvae/data/note_sequence_record.hpp"
#include "musicvae/data/tfrecord.hpp"
#include "musicvae/error.hpp"

namespace musicvae::python {
namespace {

/// The records of a file, one at a time.
class RecordStream {
 public:
  explicit RecordStream(const std::filesystem::path& path) : reader_(path) {}

  [[nodiscard]] NoteSequence next() {
    const auto bytes = reader_.next();
    if (!bytes) throw py::stop_iteration();
    last_ = data::parse_note_sequence(*bytes, reader_.where());
    return std::move(last_.notes);
  }

  [[nodiscard]] const data::NoteSequenceRecord& last() const { return last_; }

 private:
  data::TfrecordReader reader_;
  data::NoteSequenceRecord last_;
};

/// The next of `names`, for record `index`; nothing if there are no names.
std::optional<std::string> next_name(std::optional<py::iterator>& names, std::size_t index) {
  if (!names) return {};
  if (*names == py::iterator::sentinel()) {
    throw ArgumentError("write_tfrecord: there are only " + std::to_string(index) + " filenames; give one for each sequence");
  }
  // A record's text is UTF-8, but a file's name may contain other bytes.
  std::string name = py::str(**names).attr("encode")("utf-8", "replace").cast<std::string>();
  ++*names;
  return name;
}

std::size_t write_records(const std::filesystem::path& path, const py::typing::Iterable<NoteSequence>& sequences, bool gzip,
                          const std::optional<py::typing::Iterable<py::str>>& filenames, const std::string& collection_name) {
  data::TfrecordWriter writer(path, gzip ? data::Compression::gzip : data::Compression::none);
  std::optional<py::iterator> names;
  if (filenames) names = py::iter(*filenames);
  std::size_t count = 0;
  for (const py::handle item : sequences) {
    if (!py::isinstance<NoteSequence>(item)) {
      throw ArgumentError("write_tfrecord: sequence " + std::to_string(count) + " is a " +
                          py::str(py::type::of(item).attr("__name__")).cast<std::string>() +
                          "; give a NoteSequence (a groove's to_notes())");
    }
    const auto& notes = item.cast<const NoteSequence&>();
    const auto name = next_name(names, count);
    const data::NoteSequenceRecord record = name ? data::record_of_midi(notes, *name, collection_name)
                                                 : data::NoteSequenceRecord{.collection_name = collection_name, .notes = notes};
    writer.add(data::serialize_note_sequence(record));
    ++count;
  }
  if (names && *names != py::iterator::sentinel()) {
    throw ArgumentError("write_tfrecord: there are more filenames than the " + std::to_string(count) + " sequences; give one for each");
  }
  writer.close();
  return count;
}

}  // namespace

void add_records(py::module_& module) {
  py::class_<RecordStream>(module, "RecordStream", "The iterator that read_tfrecord() returns.")
      .def(
          "__iter__", [](RecordStream& self) -> RecordStream& { return self; }, py::return_value_policy::reference)
      .def("__next__", &RecordStream::next)
      .def_property_readonly(
          "id", [](const RecordStream& stream) { return stream.last().id; }, "The id of the most recent record.")
      .def_property_readonly(
          "filename", [](const RecordStream& stream) { return stream.last().filename; }, "The filename of the most recent record.")
      .def_property_readonly(
          "collection_name", [](const RecordStream& stream) { return stream.last().collection_name; },
          "The collection_name of the most recent record.");

  module.def(
      "read_tfrecord", [](const std::filesystem::path& path) { return RecordStream(path); }, py::arg("path"),
      R"(Iterate over the NoteSequences of a TFRecord file, compressed with gzip or not. Only one of them is in memory at a time.

A damaged record raises FormatError, which names the record and its byte, after all records before it were returned. If only the bytes of
that record are damaged, next() continues with the record after it. Raises FileError if the file does not exist.)");
  module.def("write_tfrecord", &write_records, py::arg("path"), py::arg("sequences"), py::arg("gzip") = false,
             py::arg("filenames") = py::none(), py::arg("collection_name") = "",
             R"(Write NoteSequences to a TFRecord file atomically, and return their number.

sequences: an iterable; it can be lazy. filenames: one per sequence; the ids are made from them, too.
All notes are written. The data guide lists what a record cannot hold. Raises FileError or ArgumentError.)");
}

}  // namespace musicvae::python
