"""
MusicVAE: grooves, melodies, trios, MIDI, data and trained models. Loads no PyTorch.
"""
from __future__ import annotations
import collections.abc
import musicvae_cpp._types
import numpy
import numpy.typing
import os
import pathlib
import typing
import typing_extensions
__all__: list[str] = ['AttributeEffects', 'Cell', 'ChordSequence', 'DRUM_NAMES', 'DrumMap', 'DrumSequence', 'DrumsConverter', 'Grid', 'GrooveConverter', 'GrooveDataset', 'GrooveStream', 'Melody', 'MultiInstrumentPerformanceConverter', 'MusicVae', 'NoteSequence', 'OneHotMelodyConverter', 'RecordStream', 'SecondsPiece', 'Tracks', 'Trio', 'TrioConverter', 'config', 'config_names', 'configs', 'evaluate', 'find_soundfont', 'grooves_svg', 'import_checkpoint', 'load', 'loss_svg', 'notes_of_hits', 'parse_midi', 'parse_notes_json', 'read_config', 'read_midi', 'read_notes', 'read_tfrecord', 'write_tfrecord']
class NoteSequence:
    """
    Timed notes with tempo and meter changes: what a MIDI file holds.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    @staticmethod
    def from_arrays(start: typing.Any, end: typing.Any, pitch: typing.Any, velocity: typing.Any = 100, is_drum: typing.Any = None, *, program: typing.Any = 0, track: typing.Any = 0, channel: typing.Any = None, tempos: typing.Any = 120.0, time_signatures: typing.Any = (), ticks_per_quarter: typing.SupportsIndex = 480, length: typing.SupportsFloat | typing.SupportsIndex | None = None, unit: str = 'seconds') -> NoteSequence:
        """
        Create notes from arrays with one number per note. A single number applies to every note.

        start, end: the time at which each note starts and ends. If end is None, a note lasts a 16th, or until the next note of its pitch.
        pitch, velocity: as in MIDI, integers from 0 to 127. is_drum: True by default; if channel is given, it follows from the channel.
        program, track, channel: as in a MIDI file. Without channel, drums get channel 9 and every other instrument gets another channel.
        tempos: quarter notes per minute, or [n, 2]: the time of each tempo and its quarter notes per minute.
        time_signatures: [n, 3]: the time, numerator and denominator of each. length: the end of a loop; by default the end of the last note.
        unit: "seconds" or "ticks", for start, end, length and the times of tempos and time signatures.

        Times in seconds are rounded to the nearest tick; a quarter note has ticks_per_quarter ticks. Raises ArgumentError, which names the note
        and the value.

        >>> notes = NoteSequence.from_arrays([0.0, 0.5, 1.0, 1.5], None, [36, 38, 36, 38], velocity=[100, 90, 80, 110])
        >>> notes
        <NoteSequence: 4 notes, 1.62 s>
        >>> notes.to_drums()
        <DrumSequence: 1 bars, 16 steps, 4 hits>
        """
    @staticmethod
    def from_notes(notes: typing.Any) -> NoteSequence:
        """
        Convert notes of another package: pretty_midi.PrettyMIDI, symusic.Score, mido.MidiFile or note_seq's NoteSequence.

        A NoteSequence is returned as it is. Tracks, programs, drums, tempos and time signatures are kept. The data guide lists what each package
        loses. Raises ArgumentError for any other type, and ArgumentError or FormatError for notes that MIDI cannot hold.
        """
    def __copy__(self) -> NoteSequence:
        ...
    def __deepcopy__(self, memo: dict[int, typing.Any]) -> NoteSequence:
        ...
    def __eq__(self, other: object) -> bool:
        ...
    def __len__(self) -> int:
        ...
    def __reduce_ex__(self, protocol: typing.SupportsIndex) -> tuple[typing.Any, ...]:
        ...
    def __repr__(self) -> str:
        ...
    def audio(self, sample_rate: typing.SupportsIndex = 44100, soundfont: os.PathLike[str] | str | bytes | None = None) -> numpy.typing.NDArray[numpy.float32]:
        """
        Render the notes as audio, float32 [frames, 2]; see DrumSequence.audio().
        """
    def infer_chords(self) -> list[tuple[float, str]]:
        """
        Find the chords that the notes suggest, as with_chords() takes them: one per half bar in 4/4, as Magenta infers them.

        Raises ArgumentError for no notes, another meter than 4/4, 6/8, 2/2, 2/4 or 3/4, several meters, or more than 1000 chords.
        """
    def left_out(self, drum_map: DrumMap | None = None, grid: Grid = ..., bars: typing.SupportsIndex | None = None, drum_channel: typing.SupportsIndex | str | None = None) -> dict[str, int]:
        """
        Count the notes that to_drums() with the same arguments leaves out, by reason.
        """
    def play(self, soundfont: os.PathLike[str] | str | bytes | None = None) -> typing.Any:
        """
        A player for a notebook (typing.Any).
        """
    def records(self) -> list[dict[str, typing.Any]]:
        """
        A list of dicts, one per note: pitch, velocity, start, end (seconds), channel, program, track, is_drum.

        pandas.DataFrame(notes.records()) makes a table of it. unended() returns the notes without a note-off.
        """
    def save(self, path: os.PathLike[str] | str | bytes) -> None:
        """
        Write a .mid, .json (a NoteSequence for magenta.js) or .wav file atomically.
        """
    def to_arrays(self, unit: str = 'seconds') -> dict[str, typing.Any]:
        """
        The arguments with which from_arrays() recreates exactly these notes: a dict of NumPy arrays and a few numbers.

        start and end are float64 in seconds, or int64 in ticks with unit="ticks"; pitch, velocity, program, track and channel are int64.

        >>> notes = DrumSequence(16).to_notes(qpm=100)
        >>> NoteSequence.from_arrays(**notes.to_arrays()) == notes
        True
        """
    def to_drums(self, drum_map: DrumMap | None = None, grid: Grid = ..., bars: typing.SupportsIndex | None = None, drum_channel: typing.SupportsIndex | str | None = None) -> DrumSequence:
        """
        Quantise the drum notes to a grid that begins at the first tick.

        The result has `bars` bars, by default as many as the hits need.
        drum_map: by default DrumMap.standard(), the pitches of a drum kit and those of General MIDI. drum_channel: "any", 0 to 15, or None.
        None takes channel 9 or, if that has no notes and the pitches are those of a drum kit, every channel. left_out() counts the notes that
        do not fit.
        """
    def to_midi(self) -> bytes:
        """
        The bytes of a MIDI file.
        """
    def to_pretty_midi(self) -> typing.Any:
        """
        Convert to a pretty_midi.PrettyMIDI with the same resolution, tempos, time signatures and notes.

        Each track and program becomes one instrument. Raises DeviceError if pretty_midi is not installed.
        """
    def to_symusic(self) -> typing.Any:
        """
        Convert to a symusic.Score in ticks with the same ticks, tempos, time signatures and notes.

        Each track and program becomes one track. Raises DeviceError if symusic is not installed.
        """
    def unended(self) -> list[dict[str, typing.Any]]:
        """
        The records of the notes that no later note-off ends. Their end equals their start.

        Drum hits need no length, so to_drums() uses these notes, too. records() leaves them out, as pretty_midi and Magenta do.
        """
    def with_chords(self, chords: collections.abc.Sequence[tuple[typing.SupportsFloat | typing.SupportsIndex, str]]) -> NoteSequence:
        """
        These notes with other chords, (seconds, symbol) each. Raises ArgumentError for an impossible time.
        """
    @property
    def chords(self) -> list[tuple[float, str]]:
        """
        (seconds, symbol) of each chord. MIDI files have none; note_seq's NoteSequence and records may.
        """
    @property
    def pedals(self) -> list[dict[str, typing.Any]]:
        """
        A list of dicts: where the sustain pedal of a channel goes down or up. Notes end where their keys go up, whatever the pedal.
        """
    @property
    def tempos(self) -> list[tuple[float, float]]:
        """
        (seconds, quarter notes per minute) of each tempo; at least one.
        """
    @property
    def ticks_per_quarter(self) -> int:
        ...
    @property
    def time_signatures(self) -> list[tuple[float, int, int]]:
        """
        (seconds, numerator, denominator) of each time signature.
        """
    @property
    def total_time(self) -> float:
        """
        The end of the last note, in seconds.
        """
class Grid:
    """
    The division of time: steps per quarter note, and the meter. The default is 16ths in 4/4.
    """
    def __copy__(self) -> Grid:
        ...
    def __deepcopy__(self, memo: dict[int, typing.Any]) -> Grid:
        ...
    def __eq__(self, other: object) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, steps_per_quarter: typing.SupportsIndex = 4, beats_per_bar: typing.SupportsIndex = 4, beat_unit: typing.SupportsIndex = 4) -> None:
        ...
    def __reduce_ex__(self, protocol: typing.SupportsIndex) -> tuple[typing.Any, ...]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def beat_unit(self) -> int:
        """
        The meter's denominator.
        """
    @property
    def beats_per_bar(self) -> int:
        """
        The meter's numerator.
        """
    @property
    def steps_per_bar(self) -> int:
        ...
    @property
    def steps_per_quarter(self) -> int:
        ...
class Cell:
    """
    One drum at one step.
    """
    def __copy__(self) -> Cell:
        ...
    def __deepcopy__(self, memo: dict[int, typing.Any]) -> Cell:
        ...
    def __eq__(self, other: object) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __reduce_ex__(self, protocol: typing.SupportsIndex) -> tuple[typing.Any, ...]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def hit(self) -> bool:
        ...
    @property
    def offset(self) -> float:
        """
        -1 to 1, in half steps: -1 is half a step early.
        """
    @property
    def velocity(self) -> float:
        """
        0 to 1: MIDI velocity / 127.
        """
class DrumMap:
    """
    A mapping between MIDI pitches and the nine drums, in both directions. A mutable value.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    name: str
    @staticmethod
    def load(path: os.PathLike[str] | str | bytes) -> DrumMap:
        """
        Read a map from a JSON file. Raises FileError or ConfigError.
        """
    @staticmethod
    def reduced() -> DrumMap:
        """
        The General MIDI drums reduced to nine classes, as Magenta does at inference.
        """
    @staticmethod
    def roland() -> DrumMap:
        """
        The 22 pitches of the Roland TD-11 on which the Groove MIDI Dataset was played.
        """
    @staticmethod
    def standard() -> DrumMap:
        """
        The default map: roland(), completed with the General MIDI pitches of reduced().
        """
    def __copy__(self) -> DrumMap:
        ...
    def __deepcopy__(self, memo: dict[int, typing.Any]) -> DrumMap:
        ...
    def __eq__(self, other: object) -> bool:
        ...
    def __init__(self, name: str) -> None:
        """
        Create a map without pitches.
        """
    def __len__(self) -> int:
        ...
    def __reduce_ex__(self, protocol: typing.SupportsIndex) -> tuple[typing.Any, ...]:
        ...
    def __repr__(self) -> str:
        ...
    def completed_by(self, other: DrumMap) -> DrumMap:
        """
        A copy of this map, completed with the pitches that only `other` contains.
        """
    def drum(self, pitch: typing.SupportsIndex) -> str | None:
        """
        The drum of a pitch, or None if the map does not contain the pitch.
        """
    def map(self, pitch: typing.SupportsIndex, drum: typing.SupportsIndex | str) -> None:
        """
        Map a pitch to a drum.
        """
    def pitch(self, drum: typing.SupportsIndex | str) -> int:
        """
        The output pitch of a drum.
        """
    def pitches(self, drum: typing.SupportsIndex | str) -> list[int]:
        """
        All pitches of a drum, ascending.
        """
    def unmap(self, pitch: typing.SupportsIndex) -> None:
        """
        Remove a pitch from the map.
        """
    def write_as(self, drum: typing.SupportsIndex | str, pitch: typing.SupportsIndex) -> None:
        """
        Set the output pitch of a drum, and map that pitch to the drum.
        """
class DrumSequence:
    """
    A drum groove: a grid of steps by nine drums.

    Each cell holds a hit, its velocity (0 to 1) and its offset (-1 to 1, in half steps: negative is early). A notebook shows a groove as a
    picture; it can be played, and saved as MIDI, WAV or SVG. It is a mutable value that can be copied, compared and pickled.

    >>> groove = DrumSequence(16)
    >>> for step in range(0, 16, 4):
    ...     groove.set(step, "kick")
    >>> groove
    <DrumSequence: 1 bars, 16 steps, 4 hits>
    >>> groove[0, "kick"]
    Cell(hit=True, velocity=0.800, offset=+0.000)
    >>> groove.to_array().shape
    (16, 27)
    >>> (groove + groove).bars
    2.0
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    @staticmethod
    def from_array(rows: typing.Any, grid: Grid = ...) -> DrumSequence:
        """
        Create a groove from the model's rows, float32 [steps, 27]: hits, velocities and offsets of the nine drums.

        A value above 0.5 is a hit. Velocities and offsets are clamped. In rows, a positive offset is early, as in Magenta's tensors.
        Raises ArgumentError for another type or shape, or a number that is not finite.
        """
    @staticmethod
    def from_notes(notes: typing.Any, drum_map: DrumMap | None = None, grid: Grid = ..., bars: typing.SupportsIndex | None = None, drum_channel: typing.SupportsIndex | str | None = None) -> DrumSequence:
        """
        Create a groove from notes of pretty_midi, symusic, mido or note_seq, as NoteSequence.from_notes() and its to_drums() do.

        NoteSequence.from_notes(notes).left_out() counts the notes that do not fit. Raises what these functions raise.
        """
    def __add__(self, next: DrumSequence) -> DrumSequence:
        """
        Concatenate two grooves.
        """
    def __copy__(self) -> DrumSequence:
        ...
    def __deepcopy__(self, memo: dict[int, typing.Any]) -> DrumSequence:
        ...
    def __eq__(self, other: object) -> bool:
        ...
    def __getitem__(self, step_and_drum: tuple[typing.SupportsIndex, typing.SupportsIndex | str]) -> Cell:
        ...
    def __init__(self, steps: typing.SupportsIndex = 64, grid: Grid = ...) -> None:
        """
        Create a silent groove of `steps` steps.
        """
    def __reduce_ex__(self, protocol: typing.SupportsIndex) -> tuple[typing.Any, ...]:
        ...
    def __repr__(self) -> str:
        ...
    def _repr_svg_(self) -> str | None:
        ...
    def audio(self, qpm: typing.SupportsFloat | typing.SupportsIndex = 120.0, sample_rate: typing.SupportsIndex = 44100, soundfont: os.PathLike[str] | str | bytes | None = None) -> numpy.typing.NDArray[numpy.float32]:
        """
        Render the groove as audio, float32 [frames, 2], with FluidSynth. The default soundfont is find_soundfont().

        Raises DeviceError if FluidSynth is not installed, and FileError if there is no soundfont.
        """
    def cells(self) -> dict[str, numpy.typing.NDArray[numpy.float32]]:
        """
        "hits", "velocities" and "offsets", each float32 [steps, 9]; a negative offset is early.
        """
    def erase(self, step: typing.SupportsIndex, drum: typing.SupportsIndex | str) -> None:
        """
        Remove the hit from a cell.
        """
    def play(self, qpm: typing.SupportsFloat | typing.SupportsIndex = 120.0, soundfont: os.PathLike[str] | str | bytes | None = None) -> typing.Any:
        """
        A player for a notebook (typing.Any).
        """
    def plot(self, ax: typing.Any = None, **kwargs: typing.Any) -> typing.Any:
        """
        Draw the grid with matplotlib; see musicvae_cpp.plot.grid.
        """
    def save(self, path: os.PathLike[str] | str | bytes, qpm: typing.SupportsFloat | typing.SupportsIndex = 120.0, drum_map: DrumMap | None = None) -> None:
        """
        Write a .mid, .json, .wav, .svg or .png file atomically.

        Raises ArgumentError for another extension, FileError, for a .wav what audio() raises, and for a .png DeviceError if neither
        rsvg-convert (librsvg) nor cairosvg is installed.
        """
    def set(self, step: typing.SupportsIndex, drum: typing.SupportsIndex | str, velocity: typing.SupportsFloat | typing.SupportsIndex = 0.800000011920929, offset: typing.SupportsFloat | typing.SupportsIndex = 0.0) -> None:
        """
        Set a hit. `drum` is a name from DRUM_NAMES or its index.
        """
    def slice(self, first: typing.SupportsIndex, count: typing.SupportsIndex) -> DrumSequence:
        """
        A new groove with `count` steps from step `first` on.
        """
    def to_array(self) -> numpy.typing.NDArray[numpy.float32]:
        """
        Convert to the model's rows, float32 [steps, 27]. In rows, a positive offset is early.
        """
    def to_notes(self, qpm: typing.SupportsFloat | typing.SupportsIndex = 120.0, drum_map: DrumMap | None = None) -> NoteSequence:
        """
        Convert to timed notes at `qpm` quarter notes per minute.
        """
    def to_pretty_midi(self, qpm: typing.SupportsFloat | typing.SupportsIndex = 120.0, drum_map: DrumMap | None = None) -> typing.Any:
        """
        to_notes() as a pretty_midi.PrettyMIDI; see NoteSequence.to_pretty_midi.
        """
    def to_symusic(self, qpm: typing.SupportsFloat | typing.SupportsIndex = 120.0, drum_map: DrumMap | None = None) -> typing.Any:
        """
        to_notes() as a symusic.Score; see NoteSequence.to_symusic.
        """
    @property
    def bars(self) -> float:
        ...
    @property
    def density(self) -> float:
        """
        The share of cells with a hit, 0 to 1.
        """
    @property
    def fill(self) -> float:
        """
        How much the last bar is a fill: its hits per step on snare and toms, minus those of the bars before it.
        """
    @property
    def grid(self) -> Grid:
        ...
    @property
    def mean_velocity(self) -> float:
        """
        The mean velocity of the hits, 0 to 1; 0 without hits.
        """
    @property
    def num_hits(self) -> int:
        """
        The number of cells with a hit.
        """
    @property
    def offbeat_share(self) -> float:
        """
        The share of hits that are not on a beat, 0 to 1.
        """
    @property
    def steps(self) -> int:
        ...
    @property
    def swing(self) -> float:
        """
        The mean delay of the off-beat 16ths in steps, -0.5 to 0.5: 0 is on the grid, a third is triplet swing.
        """
    @property
    def syncopation(self) -> float:
        """
        Longuet-Higgins and Lee's syncopation per bar and drum: 0 is none.

        If a silent step of higher metrical weight follows a hit, the difference of the two weights counts. The value is at most 15 in 4/4.
        """
    @property
    def velocity_spread(self) -> float:
        """
        The standard deviation of the hits' velocities, 0 to 0.5.
        """
class ChordSequence:
    """
    The chords along a grid: one per step.

    A chord is "N.C." (none) or a major, minor, augmented or diminished triad, the 49 that models distinguish. It is an immutable value that can
    be copied, compared and pickled.

    >>> chords = ChordSequence("C Am:2 G:2")
    >>> chords
    <ChordSequence: 32 steps, C*16 Am*8 G*8>
    >>> chords.transposed(2).names()[0]
    'D'
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    @staticmethod
    def from_classes(classes: collections.abc.Sequence[typing.SupportsIndex]) -> ChordSequence:
        """
        Create chords from one class per step: 0 is no chord, and 1 + root + 12 * quality a triad (major, minor, augmented, diminished). Raises ArgumentError.
        """
    def __add__(self, next: ChordSequence) -> ChordSequence:
        """
        Concatenate two sequences.
        """
    def __copy__(self) -> ChordSequence:
        ...
    def __deepcopy__(self, memo: dict[int, typing.Any]) -> ChordSequence:
        ...
    def __eq__(self, other: object) -> bool:
        ...
    def __getitem__(self, step: typing.SupportsIndex) -> str:
        ...
    def __init__(self, symbols: str | collections.abc.Sequence[str], grid: Grid = ...) -> None:
        """
        Read chord symbols, in one text or a list. Each lasts one bar, or the number of beats after its colon ("Am:2").

        A symbol that says more than the chord, such as "Cmaj7" or "C/E", is read as its triad, with a warning. Raises ChordSymbolError for a text
        that is not a chord symbol, ChordClassError for a chord that is none of the 49, such as "Gsus4", and ArgumentError for a wrong number of
        beats.
        """
    def __len__(self) -> int:
        ...
    def __reduce_ex__(self, protocol: typing.SupportsIndex) -> tuple[typing.Any, ...]:
        ...
    def __repr__(self) -> str:
        ...
    def classes(self) -> numpy.typing.NDArray[numpy.uint8]:
        """
        A copy of the classes, uint8 [steps].
        """
    def names(self) -> list[str]:
        """
        The name of each step's chord.
        """
    def repeated(self, steps: typing.SupportsIndex) -> ChordSequence:
        """
        These chords, repeated or cut to `steps` steps.
        """
    def slice(self, first: typing.SupportsIndex, count: typing.SupportsIndex) -> ChordSequence:
        """
        The chords of `count` steps from `first` on.
        """
    def transposed(self, semitones: typing.SupportsIndex) -> ChordSequence:
        """
        These chords, `semitones` higher.
        """
    @property
    def steps(self) -> int:
        ...
class Melody:
    """
    A monophonic melody: one event per step of a grid.

    An event is a MIDI pitch, with which a note begins, Melody.OFF, with which silence begins, or Melody.HOLD, with which nothing changes. It
    can carry chords. It is a mutable value that can be drawn, played, saved as MIDI, WAV or a picture, copied, compared and pickled.

    >>> tune = Melody.from_events([60, -2, 62, -2, 64, -2, -1, -2])
    >>> tune
    <Melody: 0.5 bars, 8 steps, 3 notes>
    >>> tune.transposed(12)[0]
    72
    >>> (tune + tune).num_notes
    6
    """
    HOLD: typing.ClassVar[int] = -2
    OFF: typing.ClassVar[int] = -1
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    @staticmethod
    def from_events(events: collections.abc.Sequence[typing.SupportsIndex], grid: Grid = ...) -> Melody:
        """
        Create a melody from one event per step. Raises ArgumentError for an event that is not -2 (hold), -1 (off) or 0 to 127.
        """
    @staticmethod
    def from_notes(notes: typing.Any, grid: Grid = ..., bars: typing.SupportsIndex | None = None) -> Melody:
        """
        Quantise notes to a melody: a NoteSequence, or notes of pretty_midi, symusic, mido or note_seq.

        The notes of all tracks become one line, except those on the drum channel. Of the notes that begin on a step, the highest stays. A
        note ends where the next one begins. Raises ArgumentError for an invalid grid or number of bars, and what NoteSequence.from_notes()
        raises.
        """
    def __add__(self, next: Melody) -> Melody:
        """
        Concatenate two melodies.
        """
    def __copy__(self) -> Melody:
        ...
    def __deepcopy__(self, memo: dict[int, typing.Any]) -> Melody:
        ...
    def __eq__(self, other: object) -> bool:
        ...
    def __getitem__(self, step: typing.SupportsIndex) -> int:
        ...
    def __init__(self, steps: typing.SupportsIndex = 32, grid: Grid = ...) -> None:
        """
        Create a silent melody of `steps` steps.
        """
    def __reduce_ex__(self, protocol: typing.SupportsIndex) -> tuple[typing.Any, ...]:
        ...
    def __repr__(self) -> str:
        ...
    def _repr_svg_(self) -> str | None:
        ...
    def audio(self, qpm: typing.SupportsFloat | typing.SupportsIndex = 120.0, program: typing.SupportsIndex = 0, sample_rate: typing.SupportsIndex = 44100, soundfont: os.PathLike[str] | str | bytes | None = None) -> numpy.typing.NDArray[numpy.float32]:
        """
        Render the melody as audio, float32 [frames, 2], with FluidSynth. The default soundfont is find_soundfont().

        Raises DeviceError if FluidSynth is not installed, and FileError if there is no soundfont.
        """
    def events(self) -> numpy.typing.NDArray[numpy.int8]:
        """
        A copy of the events, int8 [steps].
        """
    def play(self, qpm: typing.SupportsFloat | typing.SupportsIndex = 120.0, program: typing.SupportsIndex = 0, soundfont: os.PathLike[str] | str | bytes | None = None) -> typing.Any:
        """
        A player for a notebook (typing.Any).
        """
    def repeated(self, steps: typing.SupportsIndex) -> Melody:
        """
        This melody, repeated or cut to `steps` steps.
        """
    def save(self, path: os.PathLike[str] | str | bytes, qpm: typing.SupportsFloat | typing.SupportsIndex = 120.0, program: typing.SupportsIndex = 0) -> None:
        """
        Write a .mid, .json, .wav, .svg or .png file atomically. A picture is a piano roll.

        Raises ArgumentError for another extension, FileError, for a .wav what audio() raises, and for a .png DeviceError if neither
        rsvg-convert (librsvg) nor cairosvg is installed.
        """
    def set(self, step: typing.SupportsIndex, event: typing.SupportsIndex) -> None:
        """
        Set the event of a step.
        """
    def slice(self, first: typing.SupportsIndex, count: typing.SupportsIndex) -> Melody:
        """
        A new melody with the events of `count` steps from `first` on.
        """
    def to_notes(self, qpm: typing.SupportsFloat | typing.SupportsIndex = 120.0, program: typing.SupportsIndex = 0) -> NoteSequence:
        """
        Convert to timed notes at `qpm` quarter notes per minute, played with a General MIDI program.
        """
    def transposed(self, semitones: typing.SupportsIndex) -> Melody:
        """
        This melody, `semitones` higher. Raises ArgumentError if a pitch leaves 0 to 127.
        """
    def with_chords(self, chords: ChordSequence | str | collections.abc.Sequence[str] | None) -> Melody:
        """
        A copy with other chords: a ChordSequence, symbols as ChordSequence takes them, or None.

        Raises ArgumentError unless there is one chord per step.
        """
    @property
    def bars(self) -> float:
        ...
    @property
    def c_diatonic(self) -> float:
        """
        The share of notes that belong to C major, 0 to 1.
        """
    @property
    def chords(self) -> ChordSequence | None:
        """
        The chords, one per step, or None if there are none.
        """
    @property
    def density(self) -> float:
        """
        The notes that begin per step, 0 to 1.
        """
    @property
    def grid(self) -> Grid:
        ...
    @property
    def interval(self) -> float:
        """
        The mean distance in pitch from a note to the next, in semitones.
        """
    @property
    def num_notes(self) -> int:
        """
        How many notes begin in the melody.
        """
    @property
    def steps(self) -> int:
        ...
    @property
    def syncopation_16th(self) -> float:
        """
        The share of notes that begin on the second 16th of an 8th, when no note begins on the first, 0 to 1.
        """
    @property
    def syncopation_8th(self) -> float:
        """
        The share of notes that begin on the second 8th of a quarter, when no note begins in the first, 0 to 1.
        """
class Trio:
    """
    A melody, a bass line and drums of the same length, played together.

    It is a value that can be drawn, played, saved as MIDI, WAV or a picture, copied, compared and pickled. Its parts are a Melody, a Melody
    and a DrumSequence.

    >>> bass = Melody.from_events([36, -2, -2, -2] * 4)
    >>> trio = Trio(16).with_parts(bass=bass)
    >>> trio
    <Trio: 1 bars, 16 steps, 0 melody notes, 4 bass notes, 0 hits>
    >>> trio.transposed(12).bass[0]
    48
    >>> (trio + trio).steps
    32
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    @staticmethod
    def from_notes(notes: typing.Any, map: DrumMap | None = None, grid: Grid = ..., bars: typing.SupportsIndex | None = None) -> Trio:
        """
        Quantise notes to a trio: a NoteSequence, or notes of pretty_midi, symusic, mido or note_seq.

        The drum channel is the drums, General MIDI programs 32 to 39 are the bass, and 0 to 31 the melody. The notes of all instruments of a part
        become one line. Other instruments are left out, and a part without notes is silent. Raises ArgumentError.
        """
    def __add__(self, next: Trio) -> Trio:
        """
        Concatenate two trios.
        """
    def __copy__(self) -> Trio:
        ...
    def __deepcopy__(self, memo: dict[int, typing.Any]) -> Trio:
        ...
    def __eq__(self, other: object) -> bool:
        ...
    @typing.overload
    def __init__(self, steps: typing.SupportsIndex = 64, grid: Grid = ...) -> None:
        """
        Create a trio of `steps` steps with silent parts.
        """
    @typing.overload
    def __init__(self, melody: Melody, bass: Melody, drums: DrumSequence) -> None:
        """
        Create a trio of these parts. Raises ArgumentError unless all have the same steps and grid.
        """
    def __reduce_ex__(self, protocol: typing.SupportsIndex) -> tuple[typing.Any, ...]:
        ...
    def __repr__(self) -> str:
        ...
    def _repr_svg_(self) -> str | None:
        ...
    def audio(self, qpm: typing.SupportsFloat | typing.SupportsIndex = 120.0, melody_program: typing.SupportsIndex = 0, bass_program: typing.SupportsIndex = 33, sample_rate: typing.SupportsIndex = 44100, soundfont: os.PathLike[str] | str | bytes | None = None) -> numpy.typing.NDArray[numpy.float32]:
        """
        Render the trio as audio, float32 [frames, 2], with FluidSynth. The default soundfont is find_soundfont().

        Raises DeviceError if FluidSynth is not installed, and FileError if there is no soundfont.
        """
    def play(self, qpm: typing.SupportsFloat | typing.SupportsIndex = 120.0, melody_program: typing.SupportsIndex = 0, bass_program: typing.SupportsIndex = 33, soundfont: os.PathLike[str] | str | bytes | None = None) -> typing.Any:
        """
        A player for a notebook (typing.Any).
        """
    def repeated(self, steps: typing.SupportsIndex) -> Trio:
        """
        This trio, repeated or cut to `steps` steps.
        """
    def save(self, path: os.PathLike[str] | str | bytes, qpm: typing.SupportsFloat | typing.SupportsIndex = 120.0, melody_program: typing.SupportsIndex = 0, bass_program: typing.SupportsIndex = 33) -> None:
        """
        Write a .mid, .json, .wav, .svg or .png file atomically. A picture has three lanes.

        Raises ArgumentError for another extension, FileError, for a .wav what audio() raises, and for a .png DeviceError if neither
        rsvg-convert (librsvg) nor cairosvg is installed.
        """
    def slice(self, first: typing.SupportsIndex, count: typing.SupportsIndex) -> Trio:
        """
        A new trio with `count` steps from `first` on.
        """
    def to_notes(self, qpm: typing.SupportsFloat | typing.SupportsIndex = 120.0, melody_program: typing.SupportsIndex = 0, bass_program: typing.SupportsIndex = 33, map: DrumMap | None = None) -> NoteSequence:
        """
        Convert to timed notes at `qpm` quarter notes per minute: the melody on channel 0, the bass on channel 1, the drums on channel 9.

        melody_program and bass_program are General MIDI programs. `map` gives the drums their pitches.
        """
    def transposed(self, semitones: typing.SupportsIndex) -> Trio:
        """
        This trio with melody and bass `semitones` higher. Raises ArgumentError if a pitch leaves 0 to 127.
        """
    def with_parts(self, melody: Melody | None = None, bass: Melody | None = None, drums: DrumSequence | None = None) -> Trio:
        """
        This trio with other parts; None keeps a part. Raises ArgumentError unless they have the trio's steps and grid.
        """
    @property
    def bars(self) -> float:
        ...
    @property
    def bass(self) -> Melody:
        """
        A copy of the bass.
        """
    @property
    def drums(self) -> DrumSequence:
        """
        A copy of the drums.
        """
    @property
    def grid(self) -> Grid:
        ...
    @property
    def melody(self) -> Melody:
        """
        A copy of the melody.
        """
    @property
    def steps(self) -> int:
        ...
class Tracks:
    """
    Music of several instruments on a grid of steps, by default 24 per quarter note.

    It is a mutable value that can be played, saved as MIDI or WAV, copied, compared and pickled.

    >>> band = Tracks(96)
    >>> band.add([(40, 90, 0, 48), (43, 80, 48, 96)], program=33)
    >>> band.add([(36, 100, 0, 6), (38, 100, 24, 30)], drums=True)
    >>> band
    <Tracks: 1 bars, 2 tracks, 4 notes>
    >>> band.tracks[0]["program"]
    33
    >>> (band + band).transposed(12).num_notes
    8
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    @staticmethod
    def from_notes(notes: typing.Any, grid: Grid = ..., bars: typing.SupportsIndex | None = None) -> Tracks:
        """
        Quantise notes to tracks: a NoteSequence, or notes of pretty_midi, symusic, mido or note_seq.

        Each instrument is a track; they are ordered by program, with drums last. The sustain pedal lengthens notes. Raises ArgumentError.
        """
    def __add__(self, next: Tracks) -> Tracks:
        """
        Concatenate: each instrument goes on with the same instrument.
        """
    def __copy__(self) -> Tracks:
        ...
    def __deepcopy__(self, memo: dict[int, typing.Any]) -> Tracks:
        ...
    def __eq__(self, other: object) -> bool:
        ...
    def __init__(self, steps: typing.SupportsIndex = 96, grid: Grid = ...) -> None:
        """
        Create `steps` steps without tracks.
        """
    def __reduce_ex__(self, protocol: typing.SupportsIndex) -> tuple[typing.Any, ...]:
        ...
    def __repr__(self) -> str:
        ...
    def _repr_svg_(self) -> str | None:
        ...
    def add(self, notes: collections.abc.Sequence[tuple[typing.SupportsIndex, typing.SupportsIndex, typing.SupportsIndex, typing.SupportsIndex]], program: typing.SupportsIndex = 0, drums: bool = False) -> None:
        """
        Append a track. notes: a list of (pitch, velocity, start, end), in steps.

        program: a General MIDI program, 0 to 127; 0 for drums.
        Raises ArgumentError for a value out of range, and for a note that is not inside the steps.
        """
    def audio(self, qpm: typing.SupportsFloat | typing.SupportsIndex = 120.0, sample_rate: typing.SupportsIndex = 44100, soundfont: os.PathLike[str] | str | bytes | None = None) -> numpy.typing.NDArray[numpy.float32]:
        """
        Render the tracks as audio, float32 [frames, 2], with FluidSynth. The default soundfont is find_soundfont().

        Raises DeviceError if FluidSynth is not installed, and FileError if there is no soundfont.
        """
    def play(self, qpm: typing.SupportsFloat | typing.SupportsIndex = 120.0, soundfont: os.PathLike[str] | str | bytes | None = None) -> typing.Any:
        """
        A player for a notebook (typing.Any).
        """
    def repeated(self, steps: typing.SupportsIndex) -> Tracks:
        """
        These tracks, repeated or cut to `steps` steps.
        """
    def save(self, path: os.PathLike[str] | str | bytes, qpm: typing.SupportsFloat | typing.SupportsIndex = 120.0) -> None:
        """
        Write a .mid, .json, .wav, .svg or .png file atomically. A picture is a piano roll of each track.

        Raises ArgumentError for another extension, FileError, for a .wav what audio() raises, and for a .png DeviceError if neither
        rsvg-convert (librsvg) nor cairosvg is installed.
        """
    def slice(self, first: typing.SupportsIndex, count: typing.SupportsIndex) -> Tracks:
        """
        The notes that start in `count` steps from `first` on; they end there at the latest. Tracks without notes there are left out.
        """
    def to_notes(self, qpm: typing.SupportsFloat | typing.SupportsIndex = 120.0) -> NoteSequence:
        """
        Convert to timed notes at `qpm` quarter notes per minute.
        """
    def transposed(self, semitones: typing.SupportsIndex) -> Tracks:
        """
        These tracks, `semitones` higher; drums stay. Raises ArgumentError if a pitch leaves 0 to 127.
        """
    def with_chords(self, chords: ChordSequence | str | collections.abc.Sequence[str] | None) -> Tracks:
        """
        A copy with other chords: a ChordSequence, symbols as ChordSequence takes them, or None.

        Raises ArgumentError unless there is one chord per step.
        """
    @property
    def bars(self) -> float:
        ...
    @property
    def chords(self) -> ChordSequence | None:
        """
        The chords, one per step, or None if there are none.
        """
    @property
    def density(self) -> float:
        """
        The notes of all tracks per quarter note.
        """
    @property
    def grid(self) -> Grid:
        ...
    @property
    def num_notes(self) -> int:
        """
        How many notes all tracks have.
        """
    @property
    def steps(self) -> int:
        ...
    @property
    def tracks(self) -> list[dict[str, typing.Any]]:
        """
        A list of dicts: program, drums, and notes as add() takes them.
        """
class GrooveDataset:
    """
    Drum performances or melodies as training windows, for example the Groove MIDI Dataset.

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

    All windows share one read-only block of memory. Filtering does not copy windows.
    """
    def __enter__(self) -> typing.Any:
        ...
    def __exit__(self, *args: typing.Any) -> None:
        ...
    def __getitem__(self, index: typing.SupportsIndex) -> typing.Any:
        """
        A window as a DrumSequence, a Melody or a Trio. Raises ArgumentError if the windows hold only hits.
        """
    def __init__(self, path: os.PathLike[str] | str | bytes | collections.abc.Iterable[typing.Any], split: str | None = None, style: str | None = None, beat_type: str | None = None, cut: str | None = None, bars: typing.SupportsIndex = 4, drum_map: DrumMap | None = None, threads: typing.SupportsIndex = 0, classes: str = 'nine', drum_channel: typing.SupportsIndex | str | None = None, config: str | None = None) -> None:
        ...
    def __len__(self) -> int:
        ...
    def __reduce_ex__(self, protocol: typing.SupportsIndex) -> tuple[typing.Any, ...]:
        ...
    def __repr__(self) -> str:
        ...
    def arrays(self) -> numpy.typing.NDArray[numpy.float32]:
        """
        A copy of all windows, float32 [n, steps, 27]; with the cut reference-drums [n, steps, 9] or [n, steps, 61]; of melodies [n, steps, 1].
        """
    def close(self) -> None:
        """
        Release the memory. Everything taken from the dataset stays valid.
        """
    def filter(self, *, split: str | None = None, style: str | None = None, beat_type: str | None = None) -> GrooveDataset:
        """
        The windows with this split, style or beat type. Raises ArgumentError for a value that no file has.
        """
    def report(self) -> list[dict[str, typing.Any]]:
        """
        A list of dicts, one per source file: path, split, style, full_style, beat_type, bpm, meter, notes, windows, guessed_drums (no
        note was on the drum channel), error, left_out.
        """
    def save(self, path: os.PathLike[str] | str | bytes) -> None:
        """
        Write a prepared dataset (.mvds) atomically. Raises FileError.
        """
    def window_info(self) -> list[dict[str, typing.Any]]:
        """
        A list of dicts, one per window: path, split, style, full_style, beat_type, bpm, meter, bar.
        """
    @property
    def closed(self) -> bool:
        ...
    @property
    def depth(self) -> int:
        """
        Numbers per step: 27, or 9 or 61 with the cut reference-drums; 1 of melodies.
        """
    @property
    def drum_map(self) -> DrumMap:
        ...
    @property
    def left_out(self) -> dict[str, int]:
        """
        Counts of what the windows leave out, by reason.
        """
    @property
    def music(self) -> str:
        """
        The kind of music: "grooves" or "melodies".
        """
    @property
    def split(self) -> str | None:
        ...
    @property
    def steps(self) -> int:
        """
        Steps per window.
        """
class AttributeEffects:
    """
    What a shift along each attribute of a model does to each of them.

    A notebook shows it as a table of colours. MusicVae.attribute_effects() makes it.
    """
    def __reduce_ex__(self, protocol: typing.SupportsIndex) -> tuple[typing.Any, ...]:
        ...
    def __repr__(self) -> str:
        ...
    def _repr_svg_(self) -> str:
        ...
    def records(self) -> list[dict[str, typing.Any]]:
        """
        A list of dicts, one per pair of attributes: shifted, measured, down, plain, up, change_down, change_up.

        down, plain and up are mean values after a shift down, none, and up. A change is in units of the distance from the lowest quarter of the
        data to the highest.
        """
    def svg(self, title: str = '') -> str:
        """
        The table as SVG text.
        """
    @property
    def amount(self) -> float:
        """
        How far they were shifted.
        """
    @property
    def names(self) -> list[str]:
        """
        The attributes, in the order of the table.
        """
    @property
    def samples(self) -> int:
        """
        How many samples were measured.
        """
class GrooveStream:
    """
    The iterator that MusicVae.stream() returns.
    """
    def __iter__(self) -> typing.Any:
        ...
    def __next__(self) -> typing.Any:
        ...
    def __reduce_ex__(self, protocol: typing.SupportsIndex) -> tuple[typing.Any, ...]:
        ...
class MusicVae:
    """
    A trained model. It is immutable, and any number of threads can use it at once.

    The same seed gives the same grooves on every machine. Groove i of a seed does not depend on how many grooves are requested.

    >>> model = load()
    >>> loops = model.sample(2, seed=7)
    >>> loops[0].bars
    4.0
    >>> model.encode(loops).mu.shape
    (2, 256)
    >>> len(model.interpolate(loops[0], loops[1], steps=8))
    8
    """
    def __reduce_ex__(self, protocol: typing.SupportsIndex) -> tuple[typing.Any, ...]:
        ...
    def __repr__(self) -> str:
        ...
    def add_closed_hihat(self, groove: DrumSequence, temperature: typing.SupportsFloat | typing.SupportsIndex = 0.0, seed: typing.Any = None, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None) -> DrumSequence:
        """
        Replace the closed hi-hat of a groove with one that the model generates. The other drums stay.

        For models of task "add_closed_hihat" (configs groovae_*_add_closed_hh). Raises ArgumentError as humanize() does.
        """
    def attribute_effects(self, n: typing.SupportsIndex = 256, seed: typing.Any = 0, amount: typing.SupportsFloat | typing.SupportsIndex = 1.0, temperature: typing.SupportsFloat | typing.SupportsIndex = 1.0) -> AttributeEffects:
        """
        Measure what a shift along each attribute changes: an AttributeEffects, which draws itself.

        Samples `n` times, shifts the samples down and up by `amount` along each attribute, and measures all attributes. Raises ArgumentError if the
        model has no attributes of its kind of music, or for values out of range.
        """
    @typing.overload
    def continue_groove(self, groove: DrumSequence, bars: typing.SupportsIndex = 4, temperature: typing.SupportsFloat | typing.SupportsIndex = 1.0, seed: typing.Any = None, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None, chords: ChordSequence | str | collections.abc.Sequence[str] | None = None) -> DrumSequence:
        """
        Generate the bars that follow a groove. The result does not contain the groove.

        For models that reconstruct or infill, with a window of two bars or more. chords: those of the new bars, for a model with chords; they
        last as long as the new bars, or as long as a window, and are repeated. Without them, such a model plays on "N.C.". Raises ArgumentError
        for another model, a groove of less than one bar, and chords of another length or for a model without chords.
        """
    @typing.overload
    def continue_groove(self, groove: Melody, bars: typing.SupportsIndex = 4, temperature: typing.SupportsFloat | typing.SupportsIndex = 1.0, seed: typing.Any = None, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None, chords: ChordSequence | str | collections.abc.Sequence[str] | None = None) -> Melody:
        """
        Generate the bars that follow a groove. The result does not contain the groove.

        For models that reconstruct or infill, with a window of two bars or more. chords: those of the new bars, for a model with chords; they
        last as long as the new bars, or as long as a window, and are repeated. Without them, such a model plays on "N.C.". Raises ArgumentError
        for another model, a groove of less than one bar, and chords of another length or for a model without chords.
        """
    @typing.overload
    def continue_groove(self, groove: Trio, bars: typing.SupportsIndex = 4, temperature: typing.SupportsFloat | typing.SupportsIndex = 1.0, seed: typing.Any = None, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None, chords: ChordSequence | str | collections.abc.Sequence[str] | None = None) -> Trio:
        """
        Generate the bars that follow a groove. The result does not contain the groove.

        For models that reconstruct or infill, with a window of two bars or more. chords: those of the new bars, for a model with chords; they
        last as long as the new bars, or as long as a window, and are repeated. Without them, such a model plays on "N.C.". Raises ArgumentError
        for another model, a groove of less than one bar, and chords of another length or for a model without chords.
        """
    @typing.overload
    def continue_groove(self, groove: Tracks, bars: typing.SupportsIndex = 4, temperature: typing.SupportsFloat | typing.SupportsIndex = 1.0, seed: typing.Any = None, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None, chords: ChordSequence | str | collections.abc.Sequence[str] | None = None) -> Tracks:
        """
        Generate the bars that follow a groove. The result does not contain the groove.

        For models that reconstruct or infill, with a window of two bars or more. chords: those of the new bars, for a model with chords; they
        last as long as the new bars, or as long as a window, and are repeated. Without them, such a model plays on "N.C.". Raises ArgumentError
        for another model, a groove of less than one bar, and chords of another length or for a model without chords.
        """
    def decode(self, z: typing.Any, temperature: typing.SupportsFloat | typing.SupportsIndex = 0.0, seed: typing.Any = None, controls: typing.Any = None, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None, chords: ChordSequence | str | collections.abc.Sequence[str] | None = None) -> list[typing.Any]:
        """
        Decode latent points, float32 [n, latent], to grooves, melodies or trios.

        controls: float32 [n, steps, control depth], for a model with a control track: the hits (task hits_control), or the cells to fill in
        (task infill). chords: as in sample(), for a model with chords, so that a melody can be encoded with its chords and decoded on others.
        Raises ArgumentError for a wrong shape, numbers that are not finite, and missing controls.
        """
    def decode_arrays(self, z: typing.Any, temperature: typing.SupportsFloat | typing.SupportsIndex = 0.0, seed: typing.Any = None, controls: typing.Any = None, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None, chords: ChordSequence | str | collections.abc.Sequence[str] | None = None) -> tuple[numpy.typing.NDArray[numpy.float32], numpy.typing.NDArray[numpy.float32]]:
        """
        Decode latent points to (tensors, logits), each float32 [n, steps, output depth].

        The tensors of a groove model are hits 0/1, velocities 0 to 1, and offsets -1 to 1 (positive is early). Those of a model without velocities
        are one-hot over all combinations of hits (categorical), or the hits (nade).
        """
    def encode(self, x: typing.Any, precision: str = 'fp32') -> musicvae_cpp._types.Latents:
        """
        Encode grooves to the latent space: a named tuple (mu, sigma), each float32 [n, latent].

        x: a DrumSequence, a Melody or a list of one kind, each with up to the model's number of steps; a GrooveDataset, which is read in
        parts; or float32 [n, steps, input depth + control depth], which is not copied if it is in C order. precision: that of the encoder's
        matrix products: "fp32", "bf16" (faster on some processors, such as those with AMX; mu differs by about 0.2 %), or "auto", which is
        bf16 where it is faster. Raises ArgumentError for another type, shape, grid or precision, and for numbers that are not finite.
        """
    def export_magenta_js(self, folder: os.PathLike[str] | str | bytes, precision: str = 'float32') -> None:
        """
        Write the model as a folder for magenta.js, which runs it in a browser.

        precision: "float32", "float16", "uint16" or "uint8". Raises ConfigError, which says why, for a model that magenta.js cannot run, ModelError
        for a partial model, and FileError.
        """
    def export_tensorflow(self, prefix: os.PathLike[str] | str | bytes) -> None:
        """
        Write the model as a TensorFlow checkpoint that Magenta loads: PREFIX.index, PREFIX.data-00000-of-00001 and `checkpoint`.

        Raises FileError, and ModelError for a partial model.
        """
    def humanize(self, groove: DrumSequence, temperature: typing.SupportsFloat | typing.SupportsIndex = 0.0, seed: typing.Any = None, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None) -> DrumSequence:
        """
        Give a groove a feel: keep its hits and predict their velocities and offsets.

        feel_temperature: for a model with a feel head. 0 (the default at temperature 0) plays the means. 1 plays one of the many feels that
        the model considers likely; another seed plays another one. For models of task "humanize" (configs groovae_*_humanize), and of task
        "hits_control", which always play another feel with another seed. A long groove is processed window by window. Raises ArgumentError
        for a model of another task, an empty groove, or a groove on another grid.
        """
    @typing.overload
    def infill(self, groove: DrumSequence, mask: typing.Any = None, drums: collections.abc.Sequence[typing.SupportsIndex | str] | None = None, bars: tuple[typing.SupportsIndex, typing.SupportsIndex] | None = None, temperature: typing.SupportsFloat | typing.SupportsIndex = 1.0, seed: typing.Any = None, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None, chords: ChordSequence | str | collections.abc.Sequence[str] | None = None) -> DrumSequence:
        """
        Fill in some cells of a groove. All other cells stay.

        mask: booleans [steps, 9]. Instead of a mask, give drums (names or indices), bars (first, end; counted from 0), or both. drums alone
        means in all bars, and bars alone means all drums. A model of task "infill" (configs groovae_*_infill) is trained for this; a model
        that reconstructs does it through its latent space. chords: what the music is played on instead of its own chords, for a model with
        chords; they last as long as the music, or as long as a window, and are repeated. Raises ArgumentError for a model of another task, a mask
        of the wrong size, nothing to fill in, and chords of another length or for a model without chords.
        """
    @typing.overload
    def infill(self, melody: Melody, mask: collections.abc.Sequence[bool], temperature: typing.SupportsFloat | typing.SupportsIndex = 1.0, seed: typing.Any = None, chords: ChordSequence | str | collections.abc.Sequence[str] | None = None) -> Melody:
        """
        The same for a melody. mask: booleans [steps].
        """
    @typing.overload
    def infill(self, trio: Trio, parts: collections.abc.Sequence[str] | None = None, bars: tuple[typing.SupportsIndex, typing.SupportsIndex] | None = None, temperature: typing.SupportsFloat | typing.SupportsIndex = 1.0, seed: typing.Any = None, chords: ChordSequence | str | collections.abc.Sequence[str] | None = None) -> Trio:
        """
        The same for a trio. parts: a list of "melody", "bass" and "drums"; None is all three.
        """
    @typing.overload
    def interpolate(self, a: DrumSequence, b: DrumSequence, steps: typing.SupportsIndex = 8, method: str = 'slerp', temperature: typing.SupportsFloat | typing.SupportsIndex = 0.0, seed: typing.Any = None, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None, chords: ChordSequence | str | collections.abc.Sequence[str] | None = None) -> list[DrumSequence]:
        """
        Interpolate from a to b in the latent space. Of the `steps` grooves, the first and last are the reconstructions of a and b.

        method: "slerp" (spherical) or "lerp" (linear). chords: what all are decoded on, for a model with chords. By default the first half has the
        chords of a and the second those of b. Raises ArgumentError for fewer than 2 steps, for another method, and if a and b differ in
        grid or length, or are longer than the model's window.
        """
    @typing.overload
    def interpolate(self, a: Melody, b: Melody, steps: typing.SupportsIndex = 8, method: str = 'slerp', temperature: typing.SupportsFloat | typing.SupportsIndex = 0.0, seed: typing.Any = None, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None, chords: ChordSequence | str | collections.abc.Sequence[str] | None = None) -> list[Melody]:
        """
        Interpolate from a to b in the latent space. Of the `steps` grooves, the first and last are the reconstructions of a and b.

        method: "slerp" (spherical) or "lerp" (linear). chords: what all are decoded on, for a model with chords. By default the first half has the
        chords of a and the second those of b. Raises ArgumentError for fewer than 2 steps, for another method, and if a and b differ in
        grid or length, or are longer than the model's window.
        """
    @typing.overload
    def interpolate(self, a: Trio, b: Trio, steps: typing.SupportsIndex = 8, method: str = 'slerp', temperature: typing.SupportsFloat | typing.SupportsIndex = 0.0, seed: typing.Any = None, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None, chords: ChordSequence | str | collections.abc.Sequence[str] | None = None) -> list[Trio]:
        """
        Interpolate from a to b in the latent space. Of the `steps` grooves, the first and last are the reconstructions of a and b.

        method: "slerp" (spherical) or "lerp" (linear). chords: what all are decoded on, for a model with chords. By default the first half has the
        chords of a and the second those of b. Raises ArgumentError for fewer than 2 steps, for another method, and if a and b differ in
        grid or length, or are longer than the model's window.
        """
    @typing.overload
    def interpolate(self, a: Tracks, b: Tracks, steps: typing.SupportsIndex = 8, method: str = 'slerp', temperature: typing.SupportsFloat | typing.SupportsIndex = 0.0, seed: typing.Any = None, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None, chords: ChordSequence | str | collections.abc.Sequence[str] | None = None) -> list[Tracks]:
        """
        Interpolate from a to b in the latent space. Of the `steps` grooves, the first and last are the reconstructions of a and b.

        method: "slerp" (spherical) or "lerp" (linear). chords: what all are decoded on, for a model with chords. By default the first half has the
        chords of a and the second those of b. Raises ArgumentError for fewer than 2 steps, for another method, and if a and b differ in
        grid or length, or are longer than the model's window.
        """
    @typing.overload
    def interpolate(self, a: numpy.ndarray, b: numpy.ndarray, steps: typing.SupportsIndex = 8, method: str = 'slerp', temperature: typing.SupportsFloat | typing.SupportsIndex = 0.0, seed: typing.Any = None, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None) -> list[typing.Any]:
        """
        The same between two points of the latent space, float32 [latent] each, which needs no encoder.
        """
    @typing.overload
    def nearest(self, groove: DrumSequence, dataset: GrooveDataset, k: typing.SupportsIndex = 5, precision: str = 'fp32') -> list[dict[str, typing.Any]]:
        """
        Find the `k` windows of a dataset that are most similar to a groove or a melody, by Euclidean distance between mu, nearest
                  first.

        A list of dicts: index (of the window in the dataset), distance, path, bar, style. Encodes the whole dataset on all cores, with the
        given precision, as encode() does. Raises
        ArgumentError if k is outside 1 to the number of windows, or if the groove or the windows do not fit the model; raises
        ConfigError if they are another kind of music.
        """
    @typing.overload
    def nearest(self, groove: Melody, dataset: GrooveDataset, k: typing.SupportsIndex = 5, precision: str = 'fp32') -> list[dict[str, typing.Any]]:
        """
        Find the `k` windows of a dataset that are most similar to a groove or a melody, by Euclidean distance between mu, nearest
                  first.

        A list of dicts: index (of the window in the dataset), distance, path, bar, style. Encodes the whole dataset on all cores, with the
        given precision, as encode() does. Raises
        ArgumentError if k is outside 1 to the number of windows, or if the groove or the windows do not fit the model; raises
        ConfigError if they are another kind of music.
        """
    @typing.overload
    def nearest(self, groove: Trio, dataset: GrooveDataset, k: typing.SupportsIndex = 5, precision: str = 'fp32') -> list[dict[str, typing.Any]]:
        """
        Find the `k` windows of a dataset that are most similar to a groove or a melody, by Euclidean distance between mu, nearest
                  first.

        A list of dicts: index (of the window in the dataset), distance, path, bar, style. Encodes the whole dataset on all cores, with the
        given precision, as encode() does. Raises
        ArgumentError if k is outside 1 to the number of windows, or if the groove or the windows do not fit the model; raises
        ConfigError if they are another kind of music.
        """
    @typing.overload
    def nearest(self, groove: Tracks, dataset: GrooveDataset, k: typing.SupportsIndex = 5, precision: str = 'fp32') -> list[dict[str, typing.Any]]:
        """
        Find the `k` windows of a dataset that are most similar to a groove or a melody, by Euclidean distance between mu, nearest
                  first.

        A list of dicts: index (of the window in the dataset), distance, path, bar, style. Encodes the whole dataset on all cores, with the
        given precision, as encode() does. Raises
        ArgumentError if k is outside 1 to the number of windows, or if the groove or the windows do not fit the model; raises
        ConfigError if they are another kind of music.
        """
    @typing.overload
    def reconstruct(self, groove: DrumSequence, temperature: typing.SupportsFloat | typing.SupportsIndex = 0.0, seed: typing.Any = None, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None, chords: ChordSequence | str | collections.abc.Sequence[str] | None = None) -> DrumSequence:
        """
        Encode a groove of any length to mu and decode it again, window by window.

        chords: what every window is decoded on instead of its own chords, for a model with chords.
        """
    @typing.overload
    def reconstruct(self, groove: Melody, temperature: typing.SupportsFloat | typing.SupportsIndex = 0.0, seed: typing.Any = None, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None, chords: ChordSequence | str | collections.abc.Sequence[str] | None = None) -> Melody:
        """
        Encode a groove of any length to mu and decode it again, window by window.

        chords: what every window is decoded on instead of its own chords, for a model with chords.
        """
    @typing.overload
    def reconstruct(self, groove: Trio, temperature: typing.SupportsFloat | typing.SupportsIndex = 0.0, seed: typing.Any = None, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None, chords: ChordSequence | str | collections.abc.Sequence[str] | None = None) -> Trio:
        """
        Encode a groove of any length to mu and decode it again, window by window.

        chords: what every window is decoded on instead of its own chords, for a model with chords.
        """
    @typing.overload
    def reconstruct(self, groove: Tracks, temperature: typing.SupportsFloat | typing.SupportsIndex = 0.0, seed: typing.Any = None, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None, chords: ChordSequence | str | collections.abc.Sequence[str] | None = None) -> Tracks:
        """
        Encode a groove of any length to mu and decode it again, window by window.

        chords: what every window is decoded on instead of its own chords, for a model with chords.
        """
    def sample(self, n: typing.SupportsIndex = 1, temperature: typing.SupportsFloat | typing.SupportsIndex = 1.0, seed: typing.Any = None, bars: typing.SupportsIndex | None = None, first: typing.SupportsIndex = 0, attributes: collections.abc.Mapping[str, typing.SupportsFloat | typing.SupportsIndex] = {}, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None, chords: ChordSequence | str | collections.abc.Sequence[str] | None = None) -> list[typing.Any]:
        """
        Sample `n` new grooves, or melodies from a model of melodies.

        z comes from the prior: N(0, I), or the distribution that the model has learned (`prior`).

        temperature: 0 takes the more likely of hit and no hit, 1 samples from the model's probabilities, and higher values are more random.
        feel_temperature: the same for velocities and offsets, for a model with a feel head; 0 takes their means. None is 1, or 0 if
        temperature is 0.
        seed: 0 to 2^64 - 1, or None for a new one. bars: the length of a groove, up to the model's window, which is the default.
        first: the index of the first groove, to make a long series in parts. attributes: {name: amount} as in shift_attributes(), for
        grooves that are denser or more funk than those of the prior. chords: what every melody is played on, for a model with chords:
        ["C", "Am"] (one per bar), "C:2 F:2 G" (with beats) or a ChordSequence, as long as the window; None is no chord. Raises ArgumentError
        if n is below 1 or too large for one list, or if a value is out of range.
        """
    def save(self, path: os.PathLike[str] | str | bytes, half: bool = False) -> None:
        """
        Write a model file atomically. half: store 2 bytes per weight. Raises FileError.
        """
    def save_attributes(self, path: os.PathLike[str] | str | bytes) -> None:
        """
        Write the attribute vectors as JSON for a web page: {"density": [latent numbers], ...}. Raises FileError.
        """
    @typing.overload
    def shift_attributes(self, groove: DrumSequence, attributes: collections.abc.Mapping[str, typing.SupportsFloat | typing.SupportsIndex], temperature: typing.SupportsFloat | typing.SupportsIndex = 0.0, seed: typing.Any = None, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None) -> DrumSequence:
        """
        Change the attributes of a groove of any length.

        attributes: {name: amount}, for example {"density": 1, "swing": -0.5, "style:funk": 1}. An amount of 1 is the distance from the lowest
        quarter of the data to the highest, or from the average to the style. Raises ArgumentError for an attribute that the model does not have
        (the message lists those that it has), and for an amount outside -4 to 4.
        """
    @typing.overload
    def shift_attributes(self, groove: Melody, attributes: collections.abc.Mapping[str, typing.SupportsFloat | typing.SupportsIndex], temperature: typing.SupportsFloat | typing.SupportsIndex = 0.0, seed: typing.Any = None, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None) -> Melody:
        """
        Change the attributes of a groove of any length.

        attributes: {name: amount}, for example {"density": 1, "swing": -0.5, "style:funk": 1}. An amount of 1 is the distance from the lowest
        quarter of the data to the highest, or from the average to the style. Raises ArgumentError for an attribute that the model does not have
        (the message lists those that it has), and for an amount outside -4 to 4.
        """
    @typing.overload
    def shift_attributes(self, groove: Trio, attributes: collections.abc.Mapping[str, typing.SupportsFloat | typing.SupportsIndex], temperature: typing.SupportsFloat | typing.SupportsIndex = 0.0, seed: typing.Any = None, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None) -> Trio:
        """
        Change the attributes of a groove of any length.

        attributes: {name: amount}, for example {"density": 1, "swing": -0.5, "style:funk": 1}. An amount of 1 is the distance from the lowest
        quarter of the data to the highest, or from the average to the style. Raises ArgumentError for an attribute that the model does not have
        (the message lists those that it has), and for an amount outside -4 to 4.
        """
    @typing.overload
    def shift_attributes(self, groove: Tracks, attributes: collections.abc.Mapping[str, typing.SupportsFloat | typing.SupportsIndex], temperature: typing.SupportsFloat | typing.SupportsIndex = 0.0, seed: typing.Any = None, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None) -> Tracks:
        """
        Change the attributes of a groove of any length.

        attributes: {name: amount}, for example {"density": 1, "swing": -0.5, "style:funk": 1}. An amount of 1 is the distance from the lowest
        quarter of the data to the highest, or from the average to the style. Raises ArgumentError for an attribute that the model does not have
        (the message lists those that it has), and for an amount outside -4 to 4.
        """
    @typing.overload
    def shift_attributes(self, z: typing.Any, attributes: collections.abc.Mapping[str, typing.SupportsFloat | typing.SupportsIndex], temperature: typing.SupportsFloat | typing.SupportsIndex = 0.0, seed: typing.Any = None, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None) -> list[typing.Any]:
        """
        The same for points of the latent space, float32 [n, latent]: a list of n grooves.
        """
    @typing.overload
    def similar(self, groove: DrumSequence, n: typing.SupportsIndex = 4, noise: typing.SupportsFloat | typing.SupportsIndex = 0.5, seed: typing.Any = None, temperature: typing.SupportsFloat | typing.SupportsIndex = 0.0, first: typing.SupportsIndex = 0, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None, chords: ChordSequence | str | collections.abc.Sequence[str] | None = None) -> list[DrumSequence]:
        """
        Make `n` variations of a groove: z = mu + noise * N(0, I), decoded.

        noise: 0 (the reconstruction) to 3. seed: 0 to 2^64 - 1, or None for a new one. Variation i of a seed does not depend on how many are
        requested. first: the index of the first variation. Raises ArgumentError for values out of range, and for a groove longer than the model's
        window.
        """
    @typing.overload
    def similar(self, groove: Melody, n: typing.SupportsIndex = 4, noise: typing.SupportsFloat | typing.SupportsIndex = 0.5, seed: typing.Any = None, temperature: typing.SupportsFloat | typing.SupportsIndex = 0.0, first: typing.SupportsIndex = 0, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None, chords: ChordSequence | str | collections.abc.Sequence[str] | None = None) -> list[Melody]:
        """
        Make `n` variations of a groove: z = mu + noise * N(0, I), decoded.

        noise: 0 (the reconstruction) to 3. seed: 0 to 2^64 - 1, or None for a new one. Variation i of a seed does not depend on how many are
        requested. first: the index of the first variation. Raises ArgumentError for values out of range, and for a groove longer than the model's
        window.
        """
    @typing.overload
    def similar(self, groove: Trio, n: typing.SupportsIndex = 4, noise: typing.SupportsFloat | typing.SupportsIndex = 0.5, seed: typing.Any = None, temperature: typing.SupportsFloat | typing.SupportsIndex = 0.0, first: typing.SupportsIndex = 0, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None, chords: ChordSequence | str | collections.abc.Sequence[str] | None = None) -> list[Trio]:
        """
        Make `n` variations of a groove: z = mu + noise * N(0, I), decoded.

        noise: 0 (the reconstruction) to 3. seed: 0 to 2^64 - 1, or None for a new one. Variation i of a seed does not depend on how many are
        requested. first: the index of the first variation. Raises ArgumentError for values out of range, and for a groove longer than the model's
        window.
        """
    @typing.overload
    def similar(self, groove: Tracks, n: typing.SupportsIndex = 4, noise: typing.SupportsFloat | typing.SupportsIndex = 0.5, seed: typing.Any = None, temperature: typing.SupportsFloat | typing.SupportsIndex = 0.0, first: typing.SupportsIndex = 0, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None, chords: ChordSequence | str | collections.abc.Sequence[str] | None = None) -> list[Tracks]:
        """
        Make `n` variations of a groove: z = mu + noise * N(0, I), decoded.

        noise: 0 (the reconstruction) to 3. seed: 0 to 2^64 - 1, or None for a new one. Variation i of a seed does not depend on how many are
        requested. first: the index of the first variation. Raises ArgumentError for values out of range, and for a groove longer than the model's
        window.
        """
    def stream(self, n: typing.SupportsIndex, temperature: typing.SupportsFloat | typing.SupportsIndex = 1.0, seed: typing.Any = None, bars: typing.SupportsIndex | None = None, first: typing.SupportsIndex = 0, attributes: collections.abc.Mapping[str, typing.SupportsFloat | typing.SupportsIndex] = {}, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None, chords: ChordSequence | str | collections.abc.Sequence[str] | None = None) -> GrooveStream:
        """
        Like sample(), but as an iterator that holds only a few grooves at a time, even for a million of them.
        """
    def tap_to_drums(self, groove: DrumSequence, temperature: typing.SupportsFloat | typing.SupportsIndex = 1.0, seed: typing.Any = None, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None) -> DrumSequence:
        """
        Make a drum groove with the rhythm of taps. It does not matter which drums the taps are on.

        Many drum parts fit one rhythm. At temperature 1, the default, another seed plays another part. 0 plays the most likely part, which
        has no toms or crashes. For models of task "tap" (configs groovae_*_tap_fixed_velocity*). Raises ArgumentError as humanize() does.
        """
    def with_attributes(self, dataset: GrooveDataset) -> MusicVae:
        """
        This model with attributes and a prior learned from a dataset. It samples where that music lies, and save() stores both.

        Grooves have density, syncopation, velocity, swing and fill; melodies have c_diatonic, density, interval, syncopation_16th and
        syncopation_8th; trios have those of their melody, and drum_density; tracks have density and track_count. Each is the vector from the mean
        z of the quarter of the windows with the lowest values to the mean z of the quarter with the highest. style:NAME: the vector from the mean z
        of all windows to the mean z of that style. An attribute that is the same in all windows is left out. Encodes the whole dataset on all
        cores. Raises ArgumentError for fewer than 8 windows, or for windows that do not fit the model.
        """
    def with_attributes_of(self, path: os.PathLike[str] | str | bytes) -> MusicVae:
        """
        This model with the attribute vectors of such a JSON file. Raises FileError or FormatError.
        """
    @property
    def attributes(self) -> dict[str, numpy.typing.NDArray[numpy.float32]]:
        """
        The attribute vectors in the model's file, by name: {"density": float32 [latent], ...}. Empty before with_attributes().
        """
    @property
    def config(self) -> dict[str, typing.Any]:
        """
        The architecture, as a dict.
        """
    @property
    def drum_map(self) -> DrumMap:
        ...
    @property
    def lacks(self) -> list[str]:
        """
        The encoder's tensors that a partial model lacks; empty for a whole model. A partial model samples and decodes, and encode() raises ModelError.
        """
    @property
    def licence(self) -> str:
        ...
    @property
    def name(self) -> str:
        ...
    @property
    def num_parameters(self) -> int:
        """
        The number of parameters.
        """
    @property
    def prior(self) -> tuple[numpy.typing.NDArray[numpy.float32], numpy.typing.NDArray[numpy.float32], numpy.typing.NDArray[numpy.float32]] | None:
        """
        The prior that sample() uses: (shares, means, factor), float32 [components], [components, latent] and [latent, latent], for z = means[k] + factor @ e with k ~ shares and e ~ N(0, I). None before with_attributes(): the prior is N(0, I).
        """
    @property
    def training_info(self) -> dict[str, typing.Any]:
        """
        How the model was trained, as a dict.
        """
class RecordStream:
    """
    The iterator that read_tfrecord() returns.
    """
    def __iter__(self) -> RecordStream:
        ...
    def __next__(self) -> NoteSequence:
        ...
    def __reduce_ex__(self, protocol: typing.SupportsIndex) -> tuple[typing.Any, ...]:
        ...
    @property
    def collection_name(self) -> str:
        """
        The collection_name of the most recent record.
        """
    @property
    def filename(self) -> str:
        """
        The filename of the most recent record.
        """
    @property
    def id(self) -> str:
        """
        The id of the most recent record.
        """
class SecondsPiece:
    """
    A piece in seconds, with the exact times of note_seq's NoteSequence.

    A NoteSequence of this package rounds times to ticks. Magenta's converters turn on the last bit of a time, so they take and return pieces in
    seconds. A piece is a value: it can be copied, compared and pickled.

    >>> from musicvae_cpp.reference import SecondsPiece
    >>> piece = SecondsPiece([(36, 100, 0.0, 0.1, 9, 0, True)], tempos=[(0.0, 90.0)])
    >>> piece
    <SecondsPiece: 1 notes, 0.10 s>
    >>> piece.to_notes()
    <NoteSequence: 1 notes, 0.10 s>
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    @staticmethod
    def from_notes(notes: typing.Any) -> SecondsPiece:
        """
        Convert notes: note_seq's NoteSequence with its exact times, a dict, or what NoteSequence.from_notes() takes.

        A dict has the arguments of SecondsPiece as keys, all optional; other keys are ignored. Raises ArgumentError.
        """
    def __copy__(self) -> SecondsPiece:
        ...
    def __deepcopy__(self, memo: dict[int, typing.Any]) -> SecondsPiece:
        ...
    def __eq__(self, other: object) -> bool:
        ...
    def __init__(self, notes: collections.abc.Sequence[tuple[typing.SupportsIndex, typing.SupportsIndex, typing.SupportsFloat | typing.SupportsIndex, typing.SupportsFloat | typing.SupportsIndex, typing.SupportsIndex, typing.SupportsIndex, bool]], tempos: collections.abc.Sequence[tuple[typing.SupportsFloat | typing.SupportsIndex, typing.SupportsFloat | typing.SupportsIndex]] = [], time_signatures: collections.abc.Sequence[tuple[typing.SupportsFloat | typing.SupportsIndex, typing.SupportsIndex, typing.SupportsIndex]] = [], chords: collections.abc.Sequence[tuple[typing.SupportsFloat | typing.SupportsIndex, str]] = [], key_signatures: collections.abc.Sequence[tuple[typing.SupportsFloat | typing.SupportsIndex, typing.SupportsIndex]] = [], pedals: collections.abc.Sequence[tuple[typing.SupportsFloat | typing.SupportsIndex, bool, typing.SupportsIndex]] = [], total_time: typing.SupportsFloat | typing.SupportsIndex | None = None) -> None:
        """
        Create a piece from lists of tuples, all times in seconds.

        notes: (pitch, velocity, start, end, instrument, program, is_drum). tempos: (time, quarter notes per minute). time_signatures: (time,
        numerator, denominator). chords: (time, symbol). key_signatures: (time, 0 for C to 11 for B). pedals: (time, is_down, instrument).
        total_time: by default the end of the last note; what begins later does not count.
        """
    def __reduce_ex__(self, protocol: typing.SupportsIndex) -> tuple[typing.Any, ...]:
        ...
    def __repr__(self) -> str:
        ...
    def to_notes(self) -> NoteSequence:
        """
        Round the times to ticks, 480 per quarter note. Raises ArgumentError for values that MIDI cannot hold.
        """
    @property
    def chords(self) -> list[tuple[float, str]]:
        """
        A list of (time, symbol).
        """
    @property
    def key_signatures(self) -> list[tuple[float, int]]:
        """
        A list of (time, key): 0 is C, 11 is B.
        """
    @property
    def notes(self) -> list[tuple[int, int, float, float, int, int, bool]]:
        """
        A list of (pitch, velocity, start, end, instrument, program, is_drum).
        """
    @property
    def pedals(self) -> list[tuple[float, bool, int]]:
        """
        A list of (time, is_down, instrument).
        """
    @property
    def tempos(self) -> list[tuple[float, float]]:
        """
        A list of (time, quarter notes per minute).
        """
    @property
    def time_signatures(self) -> list[tuple[float, int, int]]:
        """
        A list of (time, numerator, denominator).
        """
    @property
    def total_time(self) -> float:
        """
        The end of the piece, in seconds.
        """
class DrumsConverter:
    """
    Magenta's converter of drums without velocities.

    The arguments are Magenta's. Rows of a roll have a column per class; other rows are one-hot over all sets of classes. A window is slice_bars
    long, or a whole stretch of playing, which ends at a silence of gap_bars.

    >>> from musicvae_cpp.reference import DrumsConverter, SecondsPiece
    >>> piece = SecondsPiece([(36, 100, 0.0, 0.1, 9, 0, True), (38, 100, 0.5, 0.6, 9, 0, True)])
    >>> DrumsConverter(roll_output=True).to_tensors(piece).outputs[0][4].astype(int)
    array([0, 1, 0, 0, 0, 0, 0, 0, 0])
    """
    def __init__(self, max_bars: typing.SupportsIndex | None = None, slice_bars: typing.SupportsIndex | None = None, gap_bars: typing.SupportsFloat | typing.SupportsIndex | None = 1.0, pitch_classes: collections.abc.Sequence[collections.abc.Sequence[typing.SupportsIndex]] | None = None, add_end_token: bool = False, steps_per_quarter: typing.SupportsIndex = 4, quarters_per_bar: typing.SupportsIndex = 4, pad_to_total_time: bool = False, roll_input: bool = False, roll_output: bool = False, max_tensors_per_notesequence: typing.SupportsIndex | None = 5, presplit_on_time_changes: bool = True) -> None:
        """
        Create a converter. pitch_classes: a list of lists of pitches, by default Magenta's reduced classes. Raises ArgumentError.
        """
    def __reduce_ex__(self, protocol: typing.SupportsIndex) -> tuple[typing.Any, ...]:
        ...
    def from_tensors(self, samples: typing.Any, controls: typing.Any = None, mode: str = 'eval') -> list[SecondsPiece]:
        """
        Convert samples, a list of arrays [rows, output_depth], to a list of SecondsPiece at 120 qpm. Raises ArgumentError.
        """
    def to_tensors(self, notes: typing.Any, mode: str = 'eval', seed: typing.Any = 0) -> musicvae_cpp._types.ConverterTensors:
        """
        Convert notes to examples: lists of inputs, outputs, controls and lengths.

        notes: what SecondsPiece.from_notes() takes. mode: "train", "eval" or "infer". seed: random choices are those of NumPy after
        numpy.random.seed(seed). Examples are in the order of time; Magenta's order is that of a set. Raises ArgumentError.
        """
    @property
    def control_depth(self) -> int:
        """
        The width of controls; 0: none.
        """
    @property
    def end_token(self) -> int | None:
        """
        The column of outputs that marks the end, or None.
        """
    @property
    def input_depth(self) -> int:
        """
        The width of inputs.
        """
    @property
    def output_depth(self) -> int:
        """
        The width of outputs.
        """
class GrooveConverter:
    """
    Magenta's converter of drums with velocities and timing.

    The arguments are Magenta's; max_tensors_per_notesequence has no effect, as there. Inputs and outputs are float64, as Magenta's
    to_tensors() returns them; its models get them as float32.

    >>> from musicvae_cpp.reference import GrooveConverter, SecondsPiece
    >>> piece = SecondsPiece([(36, 127, 0.0, 0.1, 9, 0, True), (38, 127, 0.5, 0.6, 9, 0, True)])
    >>> tensors = GrooveConverter(humanize=True, hits_as_controls=True).to_tensors(piece)
    >>> tensors.outputs[0].shape, tensors.controls[0].shape
    ((16, 27), (16, 9))
    """
    def __init__(self, split_bars: typing.SupportsIndex | None = None, steps_per_quarter: typing.SupportsIndex = 4, quarters_per_bar: typing.SupportsIndex = 4, max_tensors_per_notesequence: typing.SupportsIndex | None = 8, pitch_classes: collections.abc.Sequence[collections.abc.Sequence[typing.SupportsIndex]] | None = None, inference_pitch_classes: collections.abc.Sequence[collections.abc.Sequence[typing.SupportsIndex]] | None = None, humanize: bool = False, tapify: bool = False, add_instruments: collections.abc.Sequence[typing.SupportsIndex] | None = None, num_velocity_bins: typing.SupportsIndex | None = None, num_offset_bins: typing.SupportsIndex | None = None, split_instruments: bool = False, hop_size: typing.SupportsIndex | None = None, hits_as_controls: bool = False, fixed_velocities: bool = False, max_note_dropout_probability: typing.SupportsFloat | typing.SupportsIndex | None = None) -> None:
        """
        Create a converter. pitch_classes: a list of lists of pitches, by default those of the Groove MIDI Dataset.

        add_instruments: numbers of the classes that inputs lack. Raises ArgumentError.
        """
    def __reduce_ex__(self, protocol: typing.SupportsIndex) -> tuple[typing.Any, ...]:
        ...
    def from_tensors(self, samples: typing.Any, controls: typing.Any = None, mode: str = 'eval') -> list[SecondsPiece]:
        """
        Convert samples, a list of arrays [rows, output_depth], to a list of SecondsPiece at 120 qpm. Raises ArgumentError.
        """
    def to_tensors(self, notes: typing.Any, mode: str = 'eval', seed: typing.Any = 0) -> musicvae_cpp._types.ConverterTensors:
        """
        Convert notes to examples: lists of inputs, outputs, controls and lengths.

        notes: what SecondsPiece.from_notes() takes. mode: "train", "eval" or "infer". seed: random choices are those of NumPy after
        numpy.random.seed(seed). Examples are in the order of time; Magenta's order is that of a set. Raises ArgumentError.
        """
    @property
    def control_depth(self) -> int:
        """
        The width of controls; 0: none.
        """
    @property
    def end_token(self) -> int | None:
        """
        The column of outputs that marks the end, or None.
        """
    @property
    def input_depth(self) -> int:
        """
        The width of inputs.
        """
    @property
    def output_depth(self) -> int:
        """
        The width of outputs.
        """
class OneHotMelodyConverter:
    """
    Magenta's converter of melodies.

    The arguments are Magenta's. Columns of a row are: no event, the end of a note, and the pitches from min_pitch on. A window is slice_bars
    long, or a whole melody, which ends at a silence of gap_bars.

    >>> from musicvae_cpp.reference import OneHotMelodyConverter, SecondsPiece
    >>> piece = SecondsPiece([(60, 100, 0.0, 0.5, 0, 0, False), (64, 100, 0.5, 1.0, 0, 0, False)])
    >>> OneHotMelodyConverter(steps_per_quarter=1).to_tensors(piece).outputs[0].argmax(axis=1)
    array([41, 45,  1,  0])
    """
    def __init__(self, min_pitch: typing.SupportsIndex = 21, max_pitch: typing.SupportsIndex = 108, valid_programs: collections.abc.Sequence[typing.SupportsIndex] | None = None, skip_polyphony: bool = False, max_bars: typing.SupportsIndex | None = None, slice_bars: typing.SupportsIndex | None = None, gap_bars: typing.SupportsFloat | typing.SupportsIndex | None = 1.0, steps_per_quarter: typing.SupportsIndex = 4, quarters_per_bar: typing.SupportsIndex = 4, add_end_token: bool = False, pad_to_total_time: bool = False, max_tensors_per_notesequence: typing.SupportsIndex | None = 5, presplit_on_time_changes: bool = True, chord_encoding: typing.Any = None, condition_on_key: bool = False, dedupe_event_lists: bool = True) -> None:
        """
        Create a converter. valid_programs: the programs whose notes are read; None: all.

        chord_encoding: "major_minor" (25 chords), "triad" (49), one of note_seq's two encodings, or None. Raises ArgumentError.
        """
    def __reduce_ex__(self, protocol: typing.SupportsIndex) -> tuple[typing.Any, ...]:
        ...
    def from_tensors(self, samples: typing.Any, controls: typing.Any = None, mode: str = 'eval') -> list[SecondsPiece]:
        """
        Convert samples, a list of arrays [rows, output_depth], to a list of SecondsPiece at 120 qpm. Raises ArgumentError.
        """
    def to_tensors(self, notes: typing.Any, mode: str = 'eval', seed: typing.Any = 0) -> musicvae_cpp._types.ConverterTensors:
        """
        Convert notes to examples: lists of inputs, outputs, controls and lengths.

        notes: what SecondsPiece.from_notes() takes. mode: "train", "eval" or "infer". seed: random choices are those of NumPy after
        numpy.random.seed(seed). Examples are in the order of time; Magenta's order is that of a set. Raises ArgumentError.
        """
    @property
    def control_depth(self) -> int:
        """
        The width of controls; 0: none.
        """
    @property
    def end_token(self) -> int | None:
        """
        The column of outputs that marks the end, or None.
        """
    @property
    def input_depth(self) -> int:
        """
        The width of inputs.
        """
    @property
    def output_depth(self) -> int:
        """
        The width of outputs.
        """
class TrioConverter:
    """
    Magenta's converter of melody, bass and drums.

    The arguments are Magenta's. A row has three one-hot parts: melody (90 columns), bass (90) and drums (512).

    >>> from musicvae_cpp.reference import TrioConverter
    >>> TrioConverter(slice_bars=4, chord_encoding="triad").control_depth
    49
    """
    def __init__(self, slice_bars: typing.SupportsIndex = 16, gap_bars: typing.SupportsIndex = 2, max_bars: typing.SupportsIndex = 1024, steps_per_quarter: typing.SupportsIndex = 4, quarters_per_bar: typing.SupportsIndex = 4, max_tensors_per_notesequence: typing.SupportsIndex | None = 5, chord_encoding: typing.Any = None, condition_on_key: bool = False) -> None:
        """
        Create a converter. chord_encoding: as for OneHotMelodyConverter. Raises ArgumentError.
        """
    def __reduce_ex__(self, protocol: typing.SupportsIndex) -> tuple[typing.Any, ...]:
        ...
    def from_tensors(self, samples: typing.Any, controls: typing.Any = None, mode: str = 'eval') -> list[SecondsPiece]:
        """
        Convert samples, a list of arrays [rows, output_depth], to a list of SecondsPiece at 120 qpm. Raises ArgumentError.
        """
    def to_tensors(self, notes: typing.Any, mode: str = 'eval', seed: typing.Any = 0) -> musicvae_cpp._types.ConverterTensors:
        """
        Convert notes to examples: lists of inputs, outputs, controls and lengths.

        notes: what SecondsPiece.from_notes() takes. mode: "train", "eval" or "infer". seed: random choices are those of NumPy after
        numpy.random.seed(seed). Examples are in the order of time; Magenta's order is that of a set. Raises ArgumentError.
        """
    @property
    def control_depth(self) -> int:
        """
        The width of controls; 0: none.
        """
    @property
    def end_token(self) -> int | None:
        """
        The column of outputs that marks the end, or None.
        """
    @property
    def input_depth(self) -> int:
        """
        The width of inputs.
        """
    @property
    def output_depth(self) -> int:
        """
        The width of outputs.
        """
class MultiInstrumentPerformanceConverter:
    """
    Magenta's converter of several instruments.

    The arguments are Magenta's. An example has max_events_per_instrument rows for each of max_num_instruments tracks of each chunk; lengths has
    the rows of each track.

    >>> from musicvae_cpp.reference import MultiInstrumentPerformanceConverter
    >>> MultiInstrumentPerformanceConverter(num_velocity_bins=8, chord_encoding="triad").output_depth
    490
    """
    def __init__(self, num_velocity_bins: typing.SupportsIndex | None = 0, max_tensors_per_notesequence: typing.SupportsIndex | None = None, hop_size_bars: typing.SupportsIndex = 1, chunk_size_bars: typing.SupportsIndex = 1, steps_per_quarter: typing.SupportsIndex = 24, quarters_per_bar: typing.SupportsIndex = 4, min_num_instruments: typing.SupportsIndex = 2, max_num_instruments: typing.SupportsIndex = 8, min_total_events: typing.SupportsIndex = 8, max_events_per_instrument: typing.SupportsIndex = 64, min_pitch: typing.SupportsIndex = 0, max_pitch: typing.SupportsIndex = 127, first_subsequence_only: bool = False, chord_encoding: typing.Any = None, drop_tracks_and_truncate: bool = False) -> None:
        """
        Create a converter. chord_encoding: as for OneHotMelodyConverter. Raises ArgumentError.
        """
    def __reduce_ex__(self, protocol: typing.SupportsIndex) -> tuple[typing.Any, ...]:
        ...
    def from_tensors(self, samples: typing.Any, controls: typing.Any = None, mode: str = 'eval') -> list[SecondsPiece]:
        """
        Convert samples, a list of arrays [rows, output_depth], to a list of SecondsPiece at 120 qpm. Raises ArgumentError.
        """
    def to_tensors(self, notes: typing.Any, mode: str = 'eval', seed: typing.Any = 0) -> musicvae_cpp._types.ConverterTensors:
        """
        Convert notes to examples: lists of inputs, outputs, controls and lengths.

        notes: what SecondsPiece.from_notes() takes. mode: "train", "eval" or "infer". seed: random choices are those of NumPy after
        numpy.random.seed(seed). Examples are in the order of time; Magenta's order is that of a set. Raises ArgumentError.
        """
    @property
    def control_depth(self) -> int:
        """
        The width of controls; 0: none.
        """
    @property
    def end_token(self) -> int | None:
        """
        The column of outputs that marks the end, or None.
        """
    @property
    def input_depth(self) -> int:
        """
        The width of inputs.
        """
    @property
    def output_depth(self) -> int:
        """
        The width of outputs.
        """
def config(name: str) -> dict[str, typing.Any]:
    """
    A named config as a dict. Change it and pass it to Trainer. Raises ConfigError, which lists the names.
    """
def config_names() -> list[str]:
    """
    The names that config() and Trainer accept.
    """
def configs() -> list[dict[str, typing.Any]]:
    """
    The named configs: a list of dicts (name, bars, parameters, task, input, output, ...), which pandas shows as a table.
    """
def evaluate(model: MusicVae, dataset: GrooveDataset, split: str = 'test', samples: typing.SupportsIndex = 1000, temperature: typing.SupportsFloat | typing.SupportsIndex = 1.0, pairs: typing.SupportsIndex = 100, seed: typing.Any = 0, threads: typing.SupportsIndex = 0, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None, precision: str = 'fp32') -> dict[str, typing.Any]:
    """
    Evaluate a model of any kind on music that it has never seen.

    The result is a dict, as `musicvae evaluate` writes it (docs/evaluation.md).

    reconstruction: of the split's windows, from z = mu and z ~ q: hits_nll, elbo, kl, precision, recall and f1 of hits, errors of velocity and
    timing. Of melodies, trios and tracks: nll, and teacher_forced and free_running, the shares of right steps or tokens; under parts, the same
    for melody, bass and drums, or for each kind of token.
    samples: how similar the distributions of samples and real windows are, feature by feature, compared with training windows and independent
    cells; shares, such as how often melody and bass of a trio are in one key; and how far samples are from the nearest training window.
    attributes: the effect of the model's attributes on samples. interpolation: the music between two windows, compared with a cross-fade.
    task: for a model of task humanize, tap, add_closed_hihat or infill, its results on that task, compared with baselines.

    dataset: must have windows as long as the model's, both of the split and of train; all its splits are used. pairs: 0 leaves
    interpolation out. seed: the same seed gives the same numbers with any number of threads. threads: 0 is one per core.
    precision: that of the encoder, as in MusicVae.encode(). Raises ArgumentError for values out of range and for a dataset that does not
    fit, and ConfigError for a model of 61 drums or of tensors.
    """
def find_soundfont() -> pathlib.Path:
    """
    The soundfont for rendering audio: the one that MUSICVAE_SOUNDFONT names, or a General MIDI soundfont of this system. Raises FileError.
    """
def grooves_svg(grooves: collections.abc.Sequence[DrumSequence | Melody | Trio | Tracks], titles: collections.abc.Sequence[str] | None = None, width: typing.SupportsFloat | typing.SupportsIndex = 960.0) -> str:
    """
    Draw grooves or melodies side by side as SVG text. Raises ArgumentError.
    """
def import_checkpoint(path: os.PathLike[str] | str | bytes, config: str | dict[str, typing.Any] | None = None, run: os.PathLike[str] | str | bytes | None = None) -> MusicVae:
    """
    Read a model of Magenta: a TensorFlow checkpoint (its name, folder, .tar or .tar.gz), or a folder of magenta.js or deeplearn.js.

    config: a name or a dict; None finds the config whose tensors have these shapes. run: also write the training state to this new run folder,
    from which Trainer(..., out=run).fit(resume=True) goes on. A checkpoint without the kernels of its encoder gives a partial model, see
    MusicVae.lacks. Raises FileError, FormatError (damaged files), ConfigError (several configs fit; the message lists them) or ModelError (none
    fits; the message names the first tensor that does not).
    """
def load(name_or_path: os.PathLike[str] | str | bytes = 'groove') -> MusicVae:
    """
    Load a shipped model by its name, or a model or training checkpoint from a file.

    "groove", the default, is the best model for new grooves and for all functions of the latent space. "humanize", "tap2drum", "add-hats" and
    "infill" are trained for those tasks.

    Raises FileError (the message lists the shipped models), FormatError, ConfigError or ModelError.
    """
def loss_svg(run: os.PathLike[str] | str | bytes, title: str = '') -> str:
    """
    Draw the loss curves of a training run's folder as SVG text. Raises FileError, FormatError, or ArgumentError before the first step.
    """
def notes_of_hits(hits: typing.Any, qpm: typing.SupportsFloat | typing.SupportsIndex = 120.0) -> NoteSequence:
    """
    Convert hits of 61 drum classes, float32 [steps, 61] of 0/1, to notes. Each class has its own pitch.

    decode_arrays() of a model with all 61 General MIDI drums (nade-drums_2bar_full) returns such hits. A DrumSequence would reduce them to nine
    drums. Raises ArgumentError.
    """
def parse_midi(data: typing_extensions.Buffer, source: str = 'bytes') -> NoteSequence:
    """
    Parse the bytes of a MIDI file. Raises FormatError, which names the byte. `source` is the name of the bytes in error messages.
    """
def parse_notes_json(text: str, source: str = 'text') -> NoteSequence:
    """
    Parse a NoteSequence in JSON. Raises FormatError. `source` names the text in error messages.
    """
def read_config(path: os.PathLike[str] | str | bytes) -> dict[str, typing.Any]:
    """
    Read your own config from a JSON file, as a dict with every field. "base" in the file names the config that the file changes.

    Raises FileError, or ConfigError, which names the field and the allowed values.
    """
def read_midi(path: typing_extensions.Buffer | os.PathLike[str] | str | bytes | typing.BinaryIO) -> NoteSequence:
    """
    Read a MIDI file, given as a path, as the bytes of the file (not of its name), or as a file object in binary mode.

    Raises FileError, or FormatError, which names the byte.
    """
def read_notes(path: os.PathLike[str] | str | bytes) -> NoteSequence:
    """
    Read notes from a .json file (a NoteSequence of magenta.js or note_seq), or from a MIDI file. Raises FileError or FormatError.
    """
def read_tfrecord(path: os.PathLike[str] | str | bytes) -> RecordStream:
    """
    Iterate over the NoteSequences of a TFRecord file, compressed with gzip or not. Only one of them is in memory at a time.

    A damaged record raises FormatError, which names the record and its byte, after all records before it were returned. If only the bytes of
    that record are damaged, next() continues with the record after it. Raises FileError if the file does not exist.
    """
def write_tfrecord(path: os.PathLike[str] | str | bytes, sequences: collections.abc.Iterable[NoteSequence], gzip: bool = False, filenames: collections.abc.Iterable[str] | None = None, collection_name: str = '') -> int:
    """
    Write NoteSequences to a TFRecord file atomically, and return their number.

    sequences: an iterable; it can be lazy. filenames: one per sequence; the ids are made from them, too.
    All notes are written. The data guide lists what a record cannot hold. Raises FileError or ArgumentError.
    """
DRUM_NAMES: tuple[str, ...] = ('kick', 'snare', 'closed_hihat', 'open_hihat', 'low_tom', 'mid_tom', 'high_tom', 'crash', 'ride')
__version__: str = '0.1.0'
