"""
MusicVAE for drums: grooves, MIDI, data and trained models. Loads no PyTorch.
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
__all__: list[str] = ['Cell', 'DRUM_NAMES', 'DrumMap', 'DrumSequence', 'Grid', 'GrooveDataset', 'GrooveStream', 'MusicVae', 'NoteSequence', 'RecordStream', 'config', 'config_names', 'configs', 'evaluate', 'find_soundfont', 'grooves_svg', 'load', 'loss_svg', 'notes_of_hits', 'parse_midi', 'read_config', 'read_midi', 'read_tfrecord', 'write_tfrecord']
class NoteSequence:
    """
    Timed notes with tempo and meter changes: what a MIDI file holds.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    @staticmethod
    def from_arrays(start: typing.Any, end: typing.Any, pitch: typing.Any, velocity: typing.Any = 100, is_drum: typing.Any = None, *, program: typing.Any = 0, track: typing.Any = 0, channel: typing.Any = None, tempos: typing.Any = 120.0, time_signatures: typing.Any = (), ticks_per_quarter: typing.SupportsIndex = 480, length: typing.SupportsFloat | typing.SupportsIndex | None = None, unit: str = 'seconds') -> NoteSequence:
        """
        Notes from arrays, one number for each note; where every note has the same, one number will do.

        start, end: when each note sounds. Without end (None) a note lasts a 16th, or up to the next one of its pitch.
        pitch, velocity: as in MIDI, whole numbers from 0 to 127. is_drum: True unless told otherwise, or unless channel says it.
        program, track, channel: as in a MIDI file. Without channel, drums are on 9 and each other instrument gets one.
        tempos: quarters a minute, or [n, 2], the time of each tempo and its quarters a minute.
        time_signatures: [n, 3], the time, numerator and denominator of each. length: where a loop ends, unless with its last note.
        unit: "seconds" or "ticks", for start, end, length and the times of tempos and time signatures.

        Seconds go to the nearest of ticks_per_quarter ticks. Raises ArgumentError that names the note and the value.

        >>> notes = NoteSequence.from_arrays([0.0, 0.5, 1.0, 1.5], None, [36, 38, 36, 38], velocity=[100, 90, 80, 110])
        >>> notes
        <NoteSequence: 4 notes, 1.62 s>
        >>> notes.to_drums()
        <DrumSequence: 1 bars, 16 steps, 4 hits>
        """
    @staticmethod
    def from_notes(notes: typing.Any) -> NoteSequence:
        """
        Notes of another package: pretty_midi.PrettyMIDI, symusic.Score, mido.MidiFile or note_seq's NoteSequence.

        A NoteSequence is given as it is. Tracks, programs, drums, tempos and time signatures stay; what each package loses is in the data guide.
        Raises ArgumentError for anything else, and ArgumentError or FormatError for notes that MIDI cannot hold.
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
        The sound, float32 [frames, 2]; as DrumSequence.audio().
        """
    def left_out(self, drum_map: DrumMap | None = None, grid: Grid = ..., bars: typing.SupportsIndex | None = None, drum_channel: typing.SupportsIndex | str | None = None) -> dict[str, int]:
        """
        How many notes to_drums() with the same arguments leaves out, by reason.
        """
    def play(self, soundfont: os.PathLike[str] | str | bytes | None = None) -> typing.Any:
        """
        A player for the notebook (typing.Any).
        """
    def records(self) -> list[dict[str, typing.Any]]:
        """
        A list of dicts, one a note: pitch, velocity, start, end (seconds), channel, program, track, is_drum.

        pandas.DataFrame(notes.records()) makes a table of it. Notes that no note-off ends are in unended().
        """
    def save(self, path: os.PathLike[str] | str | bytes) -> None:
        """
        Writes a .mid or .wav file, whole or not at all.
        """
    def to_arrays(self, unit: str = 'seconds') -> dict[str, typing.Any]:
        """
        The arguments of from_arrays() that give these notes again, exactly: a dict of NumPy arrays and a few numbers.

        start and end are float64 in seconds, or int64 in ticks with unit="ticks"; pitch, velocity, program, track and channel are int64.

        >>> notes = DrumSequence(16).to_notes(qpm=100)
        >>> NoteSequence.from_arrays(**notes.to_arrays()) == notes
        True
        """
    def to_drums(self, drum_map: DrumMap | None = None, grid: Grid = ..., bars: typing.SupportsIndex | None = None, drum_channel: typing.SupportsIndex | str | None = None) -> DrumSequence:
        """
        The drum notes on a grid, from the first tick on; whole bars, as many as the hits ask for unless told.

        `drum_map` is DrumMap.standard() unless told: the pitches of a drum kit, and General MIDI's. `drum_channel` is "any" or 0 to 15; None takes
        channel 9, and where no note is on it every channel, if the notes are those of a drum kit. What does not fit is in left_out().
        """
    def to_midi(self) -> bytes:
        """
        The bytes of a MIDI file.
        """
    def to_pretty_midi(self) -> typing.Any:
        """
        A pretty_midi.PrettyMIDI with the same resolution, tempos, time signatures and notes, an instrument for each track and program.

        Raises DeviceError where pretty_midi is not installed.
        """
    def to_symusic(self) -> typing.Any:
        """
        A symusic.Score in ticks with the same ticks, tempos, time signatures and notes, a track for each track and program.

        Raises DeviceError where symusic is not installed.
        """
    def unended(self) -> list[dict[str, typing.Any]]:
        """
        Records of the notes that no later note-off ends; their end is their start.

        Drum hits need no length: to_drums() takes them too. records() leaves them out, as pretty_midi and Magenta do.
        """
    @property
    def tempos(self) -> list[tuple[float, float]]:
        """
        (seconds, quarters a minute) of each tempo; at least one.
        """
    @property
    def ticks_per_quarter(self) -> int:
        ...
    @property
    def time_signatures(self) -> list[tuple[float, int, int]]:
        """
        (seconds, numerator, denominator) of each.
        """
    @property
    def total_time(self) -> float:
        """
        The end of the last note, in seconds.
        """
class Grid:
    """
    How time is divided: steps to a quarter note, and the meter. 16ths in 4/4 unless told.
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
    Which MIDI pitch is which of the nine drums, both ways. An editable value.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    name: str
    @staticmethod
    def load(path: os.PathLike[str] | str | bytes) -> DrumMap:
        """
        Reads a map from JSON. Raises FileError or ConfigError.
        """
    @staticmethod
    def reduced() -> DrumMap:
        """
        General MIDI's drums reduced to nine classes, as Magenta does at inference.
        """
    @staticmethod
    def roland() -> DrumMap:
        """
        The 22 pitches of the Roland TD-11 that the Groove MIDI Dataset was played on.
        """
    @staticmethod
    def standard() -> DrumMap:
        """
        The default: roland(), and General MIDI's pitches that it lacks as in reduced().
        """
    def __copy__(self) -> DrumMap:
        ...
    def __deepcopy__(self, memo: dict[int, typing.Any]) -> DrumMap:
        ...
    def __eq__(self, other: object) -> bool:
        ...
    def __init__(self, name: str) -> None:
        """
        A map that knows no pitch yet.
        """
    def __len__(self) -> int:
        ...
    def __reduce_ex__(self, protocol: typing.SupportsIndex) -> tuple[typing.Any, ...]:
        ...
    def __repr__(self) -> str:
        ...
    def completed_by(self, other: DrumMap) -> DrumMap:
        """
        This map, in which a pitch that it does not know is heard as `other` hears it.
        """
    def drum(self, pitch: typing.SupportsIndex) -> str | None:
        """
        The drum of a pitch, or None where the map does not know it.
        """
    def map(self, pitch: typing.SupportsIndex, drum: typing.SupportsIndex | str) -> None:
        """
        Lets a pitch be heard as a drum.
        """
    def pitch(self, drum: typing.SupportsIndex | str) -> int:
        """
        The pitch that a drum is written with.
        """
    def pitches(self, drum: typing.SupportsIndex | str) -> list[int]:
        """
        All pitches of a drum, ascending.
        """
    def unmap(self, pitch: typing.SupportsIndex) -> None:
        """
        Makes a pitch unknown.
        """
    def write_as(self, drum: typing.SupportsIndex | str, pitch: typing.SupportsIndex) -> None:
        """
        Writes a drum as a pitch, which is then heard as that drum, too.
        """
class DrumSequence:
    """
    A drum groove: a grid of steps by nine drums.

    Each cell holds a hit, its velocity (0 to 1) and its offset (-1 to 1, in half steps: negative is early). It draws itself in a
    notebook, plays, and saves itself as MIDI, WAV or SVG. A mutable value: copy it, compare it, pickle it.

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
        A groove from the model's rows, float32 [steps, 27]: hits, velocities and offsets of the nine drums.

        A hit is what lies above 0.5; velocities and offsets are clamped. In rows a positive offset is early, as in Magenta's tensors.
        Raises ArgumentError for another type or shape, or a number that is not finite.
        """
    @staticmethod
    def from_notes(notes: typing.Any, drum_map: DrumMap | None = None, grid: Grid = ..., bars: typing.SupportsIndex | None = None, drum_channel: typing.SupportsIndex | str | None = None) -> DrumSequence:
        """
        The drums of what NoteSequence.from_notes() takes, as its to_drums() makes them: pretty_midi, symusic, mido, note_seq.

        What does not fit is in NoteSequence.from_notes(notes).left_out(). Raises what the three raise.
        """
    def __add__(self, next: DrumSequence) -> DrumSequence:
        """
        The two, one after the other.
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
        Silence of `steps` steps.
        """
    def __reduce_ex__(self, protocol: typing.SupportsIndex) -> tuple[typing.Any, ...]:
        ...
    def __repr__(self) -> str:
        ...
    def _repr_svg_(self) -> str | None:
        ...
    def audio(self, qpm: typing.SupportsFloat | typing.SupportsIndex = 120.0, sample_rate: typing.SupportsIndex = 44100, soundfont: os.PathLike[str] | str | bytes | None = None) -> numpy.typing.NDArray[numpy.float32]:
        """
        The sound, float32 [frames, 2], played by FluidSynth with a General MIDI soundfont that is found by itself.

        Raises DeviceError where FluidSynth is not installed, FileError where there is no soundfont.
        """
    def cells(self) -> dict[str, numpy.typing.NDArray[numpy.float32]]:
        """
        "hits", "velocities" and "offsets", each float32 [steps, 9]; a negative offset is early.
        """
    def erase(self, step: typing.SupportsIndex, drum: typing.SupportsIndex | str) -> None:
        """
        Silences a cell.
        """
    def play(self, qpm: typing.SupportsFloat | typing.SupportsIndex = 120.0, soundfont: os.PathLike[str] | str | bytes | None = None) -> typing.Any:
        """
        A player for the notebook (typing.Any).
        """
    def plot(self, ax: typing.Any = None, **kwargs: typing.Any) -> typing.Any:
        """
        Draws the grid with matplotlib; see musicvae_cpp.plot.grid.
        """
    def save(self, path: os.PathLike[str] | str | bytes, qpm: typing.SupportsFloat | typing.SupportsIndex = 120.0, drum_map: DrumMap | None = None) -> None:
        """
        Writes a .mid, .wav, .svg or .png file, whole or not at all.

        Raises ArgumentError for another extension; FileError; for sound what audio() raises; for a
        .png DeviceError where neither rsvg-convert (librsvg) nor cairosvg is installed.
        """
    def set(self, step: typing.SupportsIndex, drum: typing.SupportsIndex | str, velocity: typing.SupportsFloat | typing.SupportsIndex = 0.800000011920929, offset: typing.SupportsFloat | typing.SupportsIndex = 0.0) -> None:
        """
        Puts a hit. `drum` is a name of DRUM_NAMES or its number.
        """
    def slice(self, first: typing.SupportsIndex, count: typing.SupportsIndex) -> DrumSequence:
        """
        Steps first to first + count as a groove of their own.
        """
    def to_array(self) -> numpy.typing.NDArray[numpy.float32]:
        """
        The model's rows, float32 [steps, 27]; in them a positive offset is early.
        """
    def to_notes(self, qpm: typing.SupportsFloat | typing.SupportsIndex = 120.0, drum_map: DrumMap | None = None) -> NoteSequence:
        """
        As timed notes at `qpm` quarters a minute.
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
        The share of cells that are hit, 0 to 1.
        """
    @property
    def fill(self) -> float:
        """
        How much of a fill the last bar is: hits a step on snare and toms in it, minus those in the bars before.
        """
    @property
    def grid(self) -> Grid:
        ...
    @property
    def hits(self) -> int:
        """
        How many cells are hit.
        """
    @property
    def mean_velocity(self) -> float:
        """
        The mean velocity of the hits, 0 to 1; 0 without hits.
        """
    @property
    def offbeat_share(self) -> float:
        """
        The share of hits that lie on no beat, 0 to 1.
        """
    @property
    def steps(self) -> int:
        ...
    @property
    def swing(self) -> float:
        """
        How late the off-beat 16ths are played, in steps, -0.5 to 0.5: 0 is on the grid, a third is triplet swing.
        """
    @property
    def syncopation(self) -> float:
        """
        Longuet-Higgins and Lee's syncopation of a bar and drum: 0 is none.

        Where a hit is followed by a silent step of more metrical weight, the difference of the weights counts; at most 15 in 4/4.
        """
    @property
    def velocity_spread(self) -> float:
        """
        The standard deviation of the hits' velocities, 0 to 0.5.
        """
class GrooveDataset:
    """
    Drum playing as training windows, for example the Groove MIDI Dataset.

    path: the release's zip or folder, another folder or zip of MIDI files, a MIDI file, a TFRecord file of NoteSequences, or a prepared dataset
    (.mvds) or a folder of nothing else (its shards), which opens without any work; or a list of MIDI files and music, each a path, a groove, a
    NoteSequence or what NoteSequence.from_notes() takes. Files that cannot be read are counted, in a list as in a folder; see report().
    split, style, beat_type: what to keep; style is the primary one ("funk") or the full one ("funk/groove1").
    cut, bars, drum_map, classes: how windows are made; they matter where the path is not a prepared dataset already. The cut
    "reference-drums" makes windows of hits alone, of nine classes by drum_map or of classes="full", the 61 pitches of General MIDI.
    drum_map is DrumMap.standard() for the cut "ours" and DrumMap.roland() for the others; drum_channel is as in NoteSequence.to_drums().
    threads: 0 is one for each core. Raises FileError, FormatError or ArgumentError.

    Windows lie in one shared, read-only memory; filtering copies none.
    """
    def __enter__(self) -> typing.Any:
        ...
    def __exit__(self, *args: typing.Any) -> None:
        ...
    def __getitem__(self, index: typing.SupportsIndex) -> DrumSequence:
        """
        A window as a groove. Raises ArgumentError where windows are hits alone.
        """
    def __init__(self, path: os.PathLike[str] | str | bytes | collections.abc.Iterable[typing.Any], split: str | None = None, style: str | None = None, beat_type: str | None = None, cut: str = 'ours', bars: typing.SupportsIndex = 4, drum_map: DrumMap | None = None, threads: typing.SupportsIndex = 0, classes: str = 'nine', drum_channel: typing.SupportsIndex | str | None = None) -> None:
        ...
    def __len__(self) -> int:
        ...
    def __reduce_ex__(self, protocol: typing.SupportsIndex) -> tuple[typing.Any, ...]:
        ...
    def __repr__(self) -> str:
        ...
    def arrays(self) -> numpy.typing.NDArray[numpy.float32]:
        """
        All windows, float32 [n, steps, 27], as a copy; [n, steps, 9] or [n, steps, 61] of the cut reference-drums.
        """
    def close(self) -> None:
        """
        Lets go of the memory; what was taken out of it stays valid.
        """
    def filter(self, *, split: str | None = None, style: str | None = None, beat_type: str | None = None) -> GrooveDataset:
        """
        The part with this split, style or beat type. Raises ArgumentError for a word that no file has.
        """
    def report(self) -> list[dict[str, typing.Any]]:
        """
        A list of dicts, one a source file: path, split, style, full_style, beat_type, bpm, meter, notes, windows, guessed_drums (no
        note was on the drum channel), error, left_out.
        """
    def save(self, path: os.PathLike[str] | str | bytes) -> None:
        """
        Writes a prepared dataset (.mvds), whole or not at all. Raises FileError.
        """
    def windows(self) -> list[dict[str, typing.Any]]:
        """
        A list of dicts, one a window: path, split, style, full_style, beat_type, bpm, meter, bar.
        """
    @property
    def closed(self) -> bool:
        ...
    @property
    def depth(self) -> int:
        """
        Numbers of a step: 27, or of the cut reference-drums 9 or 61.
        """
    @property
    def drum_map(self) -> DrumMap:
        ...
    @property
    def left_out(self) -> dict[str, int]:
        """
        What the windows do not hold, by reason.
        """
    @property
    def split(self) -> str | None:
        ...
    @property
    def steps(self) -> int:
        """
        Steps of a window.
        """
class GrooveStream:
    """
    What MusicVae.stream() iterates over.
    """
    def __iter__(self) -> typing.Any:
        ...
    def __next__(self) -> DrumSequence:
        ...
    def __reduce_ex__(self, protocol: typing.SupportsIndex) -> tuple[typing.Any, ...]:
        ...
class MusicVae:
    """
    A trained model. Immutable; any number of threads may use one at once.

    The same seed gives the same grooves on every machine; groove i of a seed is the same however many are asked for.

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
    def add_hats(self, groove: DrumSequence, temperature: typing.SupportsFloat | typing.SupportsIndex = 0.0, seed: typing.Any = 0, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None) -> DrumSequence:
        """
        The groove with a closed hi-hat of the model's in place of its own; its other drums stay.

        For models of task "add_closed_hihat" (configs groovae_*_add_closed_hh). Raises ArgumentError as humanize does.
        """
    def continue_(self, groove: DrumSequence, bars: typing.SupportsIndex = 4, temperature: typing.SupportsFloat | typing.SupportsIndex = 1.0, seed: typing.Any = None, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None) -> DrumSequence:
        """
        The bars that follow the groove, without it.

        For models that reconstruct or infill, with a window of two bars or more. Raises ArgumentError.
        """
    def decode(self, z: typing.Any, temperature: typing.SupportsFloat | typing.SupportsIndex = 0.0, seed: typing.Any = 0, controls: typing.Any = None, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None) -> list[DrumSequence]:
        """
        The grooves of latent points, float32 [n, latent].

        controls: float32 [n, steps, control depth], for a model with a control track: the hits (task hits_control), or what is to be filled in
        (task infill). Raises ArgumentError.
        """
    def decode_arrays(self, z: typing.Any, temperature: typing.SupportsFloat | typing.SupportsIndex = 0.0, seed: typing.Any = 0, controls: typing.Any = None, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None) -> tuple[numpy.typing.NDArray[numpy.float32], numpy.typing.NDArray[numpy.float32]]:
        """
        (tensors, logits), each float32 [n, steps, output depth].

        Of a groove model: hits 0/1, velocities 0 to 1, offsets -1 to 1 (positive is early). Of models without velocities: one 1 among all
        combinations of hits (categorical), or the hits (nade).
        """
    def encode(self, x: typing.Any) -> musicvae_cpp._types.Latents:
        """
        Where grooves lie in the latent space: a named tuple (mu, sigma), each float32 [n, latent].

        x: float32 [n, steps, input depth + control depth] (taken without a copy where it is in C order), a DrumSequence or a list of them, of up to the model's
        steps, or a GrooveDataset (read in parts). Raises ArgumentError for another type, shape or grid, or numbers that are not finite.
        """
    def humanize(self, groove: DrumSequence, temperature: typing.SupportsFloat | typing.SupportsIndex = 0.0, seed: typing.Any = 0, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None) -> DrumSequence:
        """
        The groove with a feel: its hits, with the model's velocities and offsets.

        feel_temperature: of a model with a feel head: 0 (the default at temperature 0) plays the means, 1 plays one of the many feels that the
        model thinks likely; another seed plays another. For models of task "humanize" (configs groovae_*_humanize), or "hits_control", which play another feel with another seed. A long groove
        goes window by window. Raises ArgumentError for a model of another task, an empty groove or one on another grid.
        """
    def infill(self, groove: DrumSequence, mask: typing.Any = None, drums: collections.abc.Sequence[typing.SupportsIndex | str] | None = None, bars: tuple[typing.SupportsIndex, typing.SupportsIndex] | None = None, temperature: typing.SupportsFloat | typing.SupportsIndex = 1.0, seed: typing.Any = None, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None) -> DrumSequence:
        """
        The groove with some cells made anew; all others stay.

        mask: truths [steps, 9]; or drums: names or numbers, and bars: (first, end), counted from 0; one of these two alone means all of the other.
        A model of task "infill" (configs groovae_*_infill) has learned it, one that reconstructs does it through its latent space. Raises
        ArgumentError for a model of another task, a mask of a wrong size, or nothing to fill in.
        """
    def interpolate(self, a: DrumSequence, b: DrumSequence, steps: typing.SupportsIndex = 8, method: str = 'slerp', temperature: typing.SupportsFloat | typing.SupportsIndex = 0.0, seed: typing.Any = 0, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None) -> list[DrumSequence]:
        """
        `steps` grooves on the way from a to b in the latent space; the first and last are a's and b's own reconstructions.

        method: "slerp" (on the sphere) or "lerp" (straight). Raises ArgumentError for fewer than 2 steps, another method, and an a and b of
        different grids or lengths, or longer than the model's window.
        """
    @typing.overload
    def move(self, groove: DrumSequence, attributes: collections.abc.Mapping[str, typing.SupportsFloat | typing.SupportsIndex], temperature: typing.SupportsFloat | typing.SupportsIndex = 0.0, seed: typing.Any = 0, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None) -> DrumSequence:
        """
        A groove, of any length, with its attributes changed.

        attributes: {name: amount}, for example {"density": 1, "swing": -0.5, "style:funk": 1}; amount 1 goes as far as from the lowest quarter
        of the data to the highest, or from the average to the style. Raises ArgumentError for an attribute that the model has not (the message
        lists them) and an amount outside -4 to 4.
        """
    @typing.overload
    def move(self, z: typing.Any, attributes: collections.abc.Mapping[str, typing.SupportsFloat | typing.SupportsIndex], temperature: typing.SupportsFloat | typing.SupportsIndex = 0.0, seed: typing.Any = 0, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None) -> list[DrumSequence]:
        """
        The same from points of the latent space, float32 [n, latent]: a list of n grooves.
        """
    def nearest(self, groove: DrumSequence, dataset: GrooveDataset, k: typing.SupportsIndex = 5) -> list[dict[str, typing.Any]]:
        """
        The `k` windows of a dataset that are most like a groove, by Euclidean distance between mu, nearest first.

        A list of dicts: index (of the window in the dataset), distance, path, bar, style. Encodes the whole dataset, on every core. Raises
        ArgumentError for a k outside 1 to the number of windows, and a groove or windows that the model does not take.
        """
    def reconstruct(self, groove: DrumSequence, temperature: typing.SupportsFloat | typing.SupportsIndex = 0.0, seed: typing.Any = 0, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None) -> DrumSequence:
        """
        What the model makes of a groove of any length: window by window to mu and back.
        """
    def sample(self, n: typing.SupportsIndex = 1, temperature: typing.SupportsFloat | typing.SupportsIndex = 1.0, seed: typing.Any = None, bars: typing.SupportsIndex | None = None, first: typing.SupportsIndex = 0, attributes: collections.abc.Mapping[str, typing.SupportsFloat | typing.SupportsIndex] = {}, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None) -> list[DrumSequence]:
        """
        `n` new grooves: z from the prior, N(0, I) or what the model has learned (`prior`).

        temperature: 0 takes the likelier of hit and no hit, 1 goes by the model's probabilities, more is wilder. feel_temperature: the same of
        velocities and offsets, for a model with a feel head: 0 takes their means; None is 1, or 0 where temperature is 0.
        seed: 0 to 2^64 - 1, or None for a new one. bars: fewer than the model's window. first: the index of the first groove, so that a long
        series can be made in parts. attributes: {name: amount}, as move() takes them, for grooves that are denser or more funk than the prior's.
        Raises ArgumentError for n below 1 or too many for one list, and for values out of range.
        """
    def save(self, path: os.PathLike[str] | str | bytes, half: bool = False) -> None:
        """
        Writes a model file, whole or not at all; half: 2 bytes a weight. Raises FileError.
        """
    def similar(self, groove: DrumSequence, n: typing.SupportsIndex = 4, noise: typing.SupportsFloat | typing.SupportsIndex = 0.5, seed: typing.Any = None, temperature: typing.SupportsFloat | typing.SupportsIndex = 0.0, first: typing.SupportsIndex = 0, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None) -> list[DrumSequence]:
        """
        `n` variations of a groove: z = mu + noise * N(0, I), decoded.

        noise: 0 (the reconstruction) to 3. seed: 0 to 2^64 - 1, or None for a new one; variation i of a seed is the same however many are asked
        for. first: the index of the first one. Raises ArgumentError for values out of range, and a groove longer than the model's window.
        """
    def stream(self, n: typing.SupportsIndex, temperature: typing.SupportsFloat | typing.SupportsIndex = 1.0, seed: typing.Any = None, bars: typing.SupportsIndex | None = None, first: typing.SupportsIndex = 0, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None) -> GrooveStream:
        """
        The same as an iterator that holds a few grooves at a time, for a million of them.
        """
    def tap_to_drums(self, groove: DrumSequence, temperature: typing.SupportsFloat | typing.SupportsIndex = 1.0, seed: typing.Any = 0, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None) -> DrumSequence:
        """
        A drum groove with the rhythm of taps, whichever drums those are on.

        Many parts fit one rhythm: at temperature 1, the default, another seed plays another; 0 plays the likeliest, without toms and crashes.
        For models of task "tap" (configs groovae_*_tap_fixed_velocity*). Raises ArgumentError as humanize does.
        """
    def with_attributes(self, dataset: GrooveDataset) -> MusicVae:
        """
        This model with attributes found in a dataset, and a prior learned from it: it samples where those grooves lie. save() keeps both.

        density, syncopation, velocity, swing, fill: the way from the mean z of the quarter of the windows where it is lowest to that of the quarter
        where it is highest. style:NAME: the way from the mean z of all windows to that of the style's. One that is the same in all windows is
        left out. Encodes the whole dataset, on every core. Raises ArgumentError for fewer than 8 windows, or windows that the model does not
        take.
        """
    @property
    def attributes(self) -> dict[str, numpy.typing.NDArray[numpy.float32]]:
        """
        The directions that the model's file has, by name: {"density": float32 [latent], ...}. Empty before with_attributes().
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
    def licence(self) -> str:
        ...
    @property
    def name(self) -> str:
        ...
    @property
    def parameters(self) -> int:
        """
        How many numbers it has learned.
        """
    @property
    def prior(self) -> tuple[numpy.typing.NDArray[numpy.float32], numpy.typing.NDArray[numpy.float32], numpy.typing.NDArray[numpy.float32]] | None:
        """
        What it samples from: (shares, means, factor), float32 [components], [components, latent] and [latent, latent], for z = means[k] + factor @ e with k ~ shares and e ~ N(0, I). None: N(0, I), before with_attributes().
        """
    @property
    def training(self) -> dict[str, typing.Any]:
        """
        How it was trained, as a dict.
        """
class RecordStream:
    """
    What read_tfrecord() iterates over.
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
        The collection_name of the record that came last.
        """
    @property
    def filename(self) -> str:
        """
        The filename of the record that came last.
        """
    @property
    def id(self) -> str:
        """
        The id of the record that came last.
        """
def config(name: str) -> dict[str, typing.Any]:
    """
    A named config as a dict; change it and give it to Trainer. Raises ConfigError that lists the names.
    """
def config_names() -> list[str]:
    """
    The names that config() and Trainer know.
    """
def configs() -> list[dict[str, typing.Any]]:
    """
    What the named configs are: a list of dicts (name, bars, parameters, task, input, output, ...), a table to pandas.
    """
def evaluate(model: MusicVae, dataset: GrooveDataset, split: str = 'test', samples: typing.SupportsIndex = 1000, temperature: typing.SupportsFloat | typing.SupportsIndex = 1.0, pairs: typing.SupportsIndex = 100, seed: typing.Any = 0, threads: typing.SupportsIndex = 0, feel_temperature: typing.SupportsFloat | typing.SupportsIndex | None = None) -> dict[str, typing.Any]:
    """
    How good a model is on grooves that it never saw: a dict, as `musicvae evaluate` writes it (docs/evaluation.md).

    reconstruction: of the split's windows, from z = mu and z ~ q: hits_nll, elbo, kl, precision, recall and f1 of hits, errors of velocity and
    timing. samples: how alike samples and real windows are distributed, feature by feature, beside what the training windows and independent
    cells reach; how far samples are from the nearest training window. attributes: what those of the model do to samples. interpolation: what lies between two windows, beside a cross-fade.
    task: of a model of task humanize, tap or add_closed_hihat, how well it does it, beside baselines.

    dataset: with windows as long as the model's, of the split and of train; all its splits count. pairs: 0 leaves interpolation out. seed: the
    same one gives the same numbers, whatever the number of threads (0: one for each core). Raises ArgumentError for values out of range and a
    dataset that does not fit, ConfigError for a model that knows no drums, or 61.
    """
def find_soundfont() -> pathlib.Path:
    """
    The soundfont that sound is made with: what MUSICVAE_SOUNDFONT names, or a General MIDI one of this system. Raises FileError.
    """
def grooves_svg(grooves: collections.abc.Sequence[DrumSequence], titles: collections.abc.Sequence[str] | None = None, width: typing.SupportsFloat | typing.SupportsIndex = 960.0) -> str:
    """
    Grooves side by side as SVG text. Raises ArgumentError.
    """
def load(name_or_path: os.PathLike[str] | str | bytes = 'groove') -> MusicVae:
    """
    A shipped model by its name, or one from a file: a model or a training checkpoint.

    "groove", the default, is the best for new grooves and for what is done in the latent space; "humanize", "tap2drum", "add-hats" and "infill"
    have learned those tasks.

    Raises FileError (the message lists the shipped models), FormatError, ConfigError or ModelError.
    """
def loss_svg(run: os.PathLike[str] | str | bytes, title: str = '') -> str:
    """
    The loss curves of a training run's folder as SVG text. Raises FileError, FormatError, or ArgumentError before the first step.
    """
def notes_of_hits(hits: typing.Any, qpm: typing.SupportsFloat | typing.SupportsIndex = 120.0) -> NoteSequence:
    """
    The notes of hits of 61 classes, float32 [steps, 61] of 0/1, each with its own pitch.

    What a model that tells every General MIDI drum apart (nade-drums_2bar_full) says in decode_arrays(); a DrumSequence would make nine drums of
    them. Raises ArgumentError.
    """
def parse_midi(data: typing_extensions.Buffer, source: str = 'bytes') -> NoteSequence:
    """
    Reads a MIDI file's bytes. Raises FormatError that names the byte; errors call the bytes `source`.
    """
def read_config(path: os.PathLike[str] | str | bytes) -> dict[str, typing.Any]:
    """
    A config of your own from a JSON file, as a dict with every field; "base" in the file names a config that it changes.

    Raises FileError, or ConfigError that names the field and what is allowed.
    """
def read_midi(path: typing_extensions.Buffer | os.PathLike[str] | str | bytes | typing.BinaryIO) -> NoteSequence:
    """
    Reads a MIDI file: a path, the bytes of the file (not of its name), or a file object in binary mode.

    Raises FileError, or FormatError that names the byte.
    """
def read_tfrecord(path: os.PathLike[str] | str | bytes) -> RecordStream:
    """
    Iterates over the NoteSequences of a TFRecord file, packed with gzip or not, holding one at a time.

    At a damaged record it raises FormatError, which names the record and its byte, after it gave all those before; where only
    that record's bytes were changed, next() goes on after it. Raises FileError when there is no such file.
    """
def write_tfrecord(path: os.PathLike[str] | str | bytes, sequences: collections.abc.Iterable[NoteSequence], gzip: bool = False, filenames: collections.abc.Iterable[str] | None = None, collection_name: str = '') -> int:
    """
    Writes NoteSequences as a TFRecord file, whole or not at all, and returns how many.

    sequences: an iterable; it may be lazy. filenames: one for each sequence, from which ids are made, too.
    All notes are written; what a record cannot hold is said in the data guide. Raises FileError or ArgumentError.
    """
DRUM_NAMES: tuple[str, ...] = ('kick', 'snare', 'closed hi-hat', 'open hi-hat', 'low tom', 'mid tom', 'high tom', 'crash', 'ride')
__version__: str = '0.1.0'
