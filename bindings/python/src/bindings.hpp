// What the binding's files share: how they form one module, and how values are converted between Python and C++.
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>
#include <pybind11/typing.h>

#include <cstdint>
#include <exception>
#include <filesystem>
#include <initializer_list>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "musicvae/error.hpp"
#include "musicvae/model/find_model.hpp"
#include "musicvae/sequence/drum_map.hpp"
#include "musicvae/sequence/left_out.hpp"

namespace musicvae::python {
class BinaryFile;
class LatentsTuple;
class Music;
class MusicList;
class Player;
}  // namespace musicvae::python

namespace pybind11::detail {
template <>
struct handle_type_name<musicvae::python::BinaryFile> {
  static constexpr auto name = const_name("typing.BinaryIO");
};
template <>
struct handle_type_name<musicvae::python::LatentsTuple> {
  static constexpr auto name = const_name("musicvae_cpp._types.Latents");
};
template <>
struct handle_type_name<musicvae::python::Music> {
  static constexpr auto name = const_name("typing.Any");
};
template <>
struct handle_type_name<musicvae::python::MusicList> {
  static constexpr auto name = const_name("list[typing.Any]");
};
template <>
struct handle_type_name<musicvae::python::Player> {
  static constexpr auto name = const_name("IPython.display.Audio");
};
}  // namespace pybind11::detail

namespace musicvae::python {

namespace py = pybind11;

/// A path as it is, or the file of a model that comes with the package, given its name. Throws FileError that lists the models' names.
[[nodiscard]] inline std::filesystem::path model_path(const std::filesystem::path& name_or_path) {
  const py::object package = py::module_::import("musicvae_cpp").attr("__path__")[py::int_(0)];
  return find_model(name_or_path.string(), package.cast<std::filesystem::path>() / "models");
}

/// A Python integer as short text.
[[nodiscard]] inline std::string text_of(const py::int_& value) {
  const auto bits = value.attr("bit_length")().cast<py::ssize_t>();
  return bits > 200 ? "a number of " + std::to_string(bits) + " bits" : py::str(value).cast<std::string>();
}

/// Integers from any Python object that counts as one. pybind11's own caster treats an integer that does not fit as a value of a wrong
/// type; here it is an ArgumentError, as for other numbers out of range.
template <class T>
class IntegerCaster {
  static_assert(sizeof(T) <= sizeof(long long));

 public:
  PYBIND11_TYPE_CASTER(T, py::detail::io_name("typing.SupportsIndex", "int"));

  bool load(py::handle source, bool) {
    if (!source || !PyIndex_Check(source.ptr())) return false;
    const auto number = py::reinterpret_steal<py::int_>(PyNumber_Index(source.ptr()));
    if (!number) throw py::error_already_set();
    if constexpr (std::is_signed_v<T>) {
      int overflow = 0;
      const long long wide = PyLong_AsLongLongAndOverflow(number.ptr(), &overflow);
      if (overflow != 0 || !std::in_range<T>(wide)) refuse(number);
      value = static_cast<T>(wide);
    } else {
      const unsigned long long wide = PyLong_AsUnsignedLongLong(number.ptr());
      const bool overflow = PyErr_Occurred() != nullptr;
      if (overflow) PyErr_Clear();
      if (overflow || !std::in_range<T>(wide)) refuse(number);
      value = static_cast<T>(wide);
    }
    return true;
  }

  static py::handle cast(T number, py::return_value_policy, py::handle) {
    if constexpr (std::is_signed_v<T>)
      return PyLong_FromLongLong(number);
    else
      return PyLong_FromUnsignedLongLong(number);
  }

 private:
  [[noreturn]] static void refuse(const py::int_& number) {
    throw ArgumentError(text_of(number) + " is out of range; use " + std::to_string(std::numeric_limits<T>::min()) + " to " +
                        std::to_string(std::numeric_limits<T>::max()));
  }
};

}  // namespace musicvae::python

namespace pybind11::detail {
template <>
class type_caster<int> : public musicvae::python::IntegerCaster<int> {};
template <>
class type_caster<std::int64_t> : public musicvae::python::IntegerCaster<std::int64_t> {};
template <>
class type_caster<std::uint64_t> : public musicvae::python::IntegerCaster<std::uint64_t> {};
}  // namespace pybind11::detail

namespace musicvae::python {

/// Objects whose types in signatures and stubs are Python classes that C++ does not know.
class LatentsTuple : public py::object {
 public:
  explicit LatentsTuple(py::object value) : py::object(std::move(value)) {}
};
/// A DrumSequence, a Melody, a Trio, or another kind of music, and a list of one kind. Which kind depends on the model, so Python's types
/// cannot name it.
class Music : public py::object {
 public:
  explicit Music(py::object value) : py::object(std::move(value)) {}
};
class MusicList : public py::list {
 public:
  explicit MusicList(py::list values) : py::list(std::move(values)) {}
};
class Player : public py::object {
 public:
  explicit Player(py::object value) : py::object(std::move(value)) {}
};
/// Any object with a read() method.
class BinaryFile : public py::object {
  PYBIND11_OBJECT(BinaryFile, py::object, has_read)

 private:
  static bool has_read(PyObject* object) { return PyObject_HasAttrString(object, "read") == 1; }
};
/// One row of a table: pandas makes a DataFrame from a list of these.
using Record = py::typing::Dict<py::str, py::object>;
using Records = py::typing::List<Record>;
using Counts = py::typing::Dict<py::str, py::int_>;

/// Sets Python's error to the class named `type` in musicvae_cpp._errors, with the same message.
void raise(const char* type, const std::exception& error);

/// Maps the library's exceptions to the classes of musicvae_cpp._errors, with the same message. Each module must call it.
void translate_errors();

void add_sequence(py::module_& module);
void add_chords(py::module_& module);
void add_melody(py::module_& module);
void add_trio(py::module_& module);
void add_tracks(py::module_& module);
void add_notes(py::module_& module);
void add_attribute_effects(py::module_& module);
void add_model(py::module_& module);
void add_data(py::module_& module);
void add_records(py::module_& module);
void add_reference(py::module_& module);
void add_seconds_piece(py::module_& module);
void add_interop(py::module_& module);
void add_render(py::module_& module);
void add_evaluation(py::module_& module);

/// Long work without the GIL calls this so that Ctrl-C ends it.
inline void check_signals() {
  const py::gil_scoped_acquire acquire;
  if (PyErr_CheckSignals() != 0) throw py::error_already_set();
}

/// Makes copy.copy and copy.deepcopy copy the value.
template <class T>
void let_copy(py::class_<T> value_type) {
  value_type.def("__copy__", [](const T& value) { return value; })
      .def(
          "__deepcopy__", [](const T& value, const py::dict&) { return value; }, py::arg("memo"));
}

/// A drum class, given by its name or its number 0..8.
using DrumArgument = std::variant<int, std::string>;

/// Throws ArgumentError that lists the names for anything else.
[[nodiscard]] inline Drum drum_from(const DrumArgument& argument) {
  if (const int* index = std::get_if<int>(&argument)) {
    if (*index < 0 || *index >= kDrums) throw ArgumentError("drum " + std::to_string(*index) + " is out of range; use 0 to 8, or a name");
    return static_cast<Drum>(*index);
  }
  return from_name<Drum>(std::get<std::string>(argument));
}

/// A seed from Python: any integer, or None for a new seed.
[[nodiscard]] inline std::uint64_t seed_from(const py::object& seed) {
  if (seed.is_none()) return py::module_::import("secrets").attr("randbits")(32).cast<std::uint64_t>();
  const auto index = py::reinterpret_steal<py::int_>(PyNumber_Index(seed.ptr()));
  if (!index) throw py::error_already_set();
  const unsigned long long value = PyLong_AsUnsignedLongLong(index.ptr());
  if (PyErr_Occurred() != nullptr) {
    PyErr_Clear();
    throw ArgumentError("seed " + text_of(index) + " is out of range; use 0 to 2^64 - 1");
  }
  return value;
}

/// A JSON object as plain Python values.
[[nodiscard]] inline Record to_python(const nlohmann::ordered_json& json) {
  return py::module_::import("json").attr("loads")(json.dump()).cast<Record>();
}

[[nodiscard]] inline nlohmann::ordered_json to_json(const py::object& object, const char* what) {
  try {
    return nlohmann::ordered_json::parse(
        py::module_::import("json").attr("dumps")(object, py::arg("allow_nan") = false).cast<std::string>());
  } catch (const py::error_already_set& error) {
    if (!error.matches(PyExc_TypeError) && !error.matches(PyExc_ValueError)) throw;
    throw ArgumentError(std::string(what) + ": is not plain data (" + py::str(error.value()).cast<std::string>() + ")");
  } catch (const nlohmann::json::parse_error&) {
    throw ArgumentError(std::string(what) + ": is not plain data (text that is not Unicode)");
  }
}

/// {"collision": 3, ...}, with the reasons that occurred only.
[[nodiscard]] inline Counts to_dict(const LeftOutCounts& counts) {
  Counts dict;
  for (std::size_t i = 0; i < kLeftOutReasons; ++i) {
    if (const std::int64_t count = counts[static_cast<LeftOut>(i)]; count != 0)
      dict[py::str(std::string(name(static_cast<LeftOut>(i))))] = count;
  }
  return dict;
}

using FloatArray = py::array_t<float, py::array::c_style | py::array::forcecast>;

/// Converts a NumPy array, or anything that NumPy converts to one, to float32 in C order. An array that is so already is used as it is
/// (read-only ones too); other float types and memory orders are copied. `shape` lists the axes' lengths, -1 for any length. Throws
/// ArgumentError for another type or shape.
[[nodiscard]] inline FloatArray floats_from(const py::object& object, std::initializer_list<py::ssize_t> shape, const std::string& what) {
  std::string wanted = "[";
  for (const py::ssize_t length : shape)
    wanted += (wanted.size() > 1 ? ", " : "") + (length < 0 ? std::string("n") : std::to_string(length));
  wanted += "]";
  const py::array array = py::array::ensure(object);
  if (!array) throw ArgumentError(what + ": is not an array; give float32 of shape " + wanted);
  if (array.dtype().kind() != 'f') {
    throw ArgumentError(what + ": has dtype " + py::str(array.dtype()).cast<std::string>() + "; give float32 of shape " + wanted +
                        ", for example with .astype('float32')");
  }
  bool fits = array.ndim() == static_cast<py::ssize_t>(shape.size());
  std::string found = "[";
  for (py::ssize_t axis = 0; axis < array.ndim(); ++axis) {
    found += (axis > 0 ? ", " : "") + std::to_string(array.shape(axis));
    if (fits && shape.begin()[axis] >= 0) fits = array.shape(axis) == shape.begin()[axis];
  }
  if (!fits) throw ArgumentError(what + ": has shape " + found + "]; give " + wanted);
  try {
    return FloatArray(array);
  } catch (const py::error_already_set& error) {  // where Python turns warnings into errors, a number too large for float32 raises one
    if (!error.matches(PyExc_Warning)) throw;
    throw ArgumentError(what + ": does not fit float32 (" + py::str(error.value()).cast<std::string>() + "); check what made it");
  }
}

[[nodiscard]] inline std::span<const float> span_of(const FloatArray& array) {
  return {array.data(), static_cast<std::size_t>(array.size())};
}

/// An array that owns `values`, without a copy.
[[nodiscard]] inline py::array_t<float> to_array(std::vector<float> values, std::vector<py::ssize_t> shape) {
  auto* owned = new std::vector<float>(std::move(values));
  const py::capsule owner(owned, [](void* p) { delete static_cast<std::vector<float>*>(p); });
  return py::array_t<float>(std::move(shape), owned->data(), owner);
}

}  // namespace musicvae::python
