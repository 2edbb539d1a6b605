// Drum sounds made of sine waves and noise, and the loop that plays them.
import { at, forEachHit, lanes } from "./groove.mjs";

const rate = 44100;

/** Noise that is the same each time (a 32-bit xorshift). */
function noiseOf(seed) {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2147483648 - 1;
  };
}

function made(seconds, sampleAt) {
  const samples = new Float32Array(Math.round(seconds * rate));
  for (let i = 0; i < samples.length; ++i) samples[i] = sampleAt(i / rate) * Math.min(1, (samples.length - i) / 200);
  return samples;
}

/** A drum head: a sine wave whose pitch falls from `high` to `low`. */
function tone(seconds, low, high, fall, decay, click = 0) {
  let phase = 0;
  const noise = noiseOf(7);
  return made(seconds, (t) => {
    phase += (2 * Math.PI * (low + (high - low) * Math.exp(-t * fall))) / rate;
    return 0.9 * Math.sin(phase) * Math.exp(-t * decay) + click * noise() * Math.exp(-t * 400);
  });
}

/** Metal: noise and six square waves, without what is low. */
function metal(seconds, decay, brightness, seed) {
  const noise = noiseOf(seed);
  const waves = [205.3, 304.4, 369.6, 522.7, 540, 800].map((f) => f * 4.1);
  let [last, high] = [0, 0];
  return made(seconds, (t) => {
    const squares = waves.reduce((sum, f) => sum + Math.sign(Math.sin(2 * Math.PI * f * t)), 0) / 6;
    const x = brightness * noise() + (1 - brightness) * squares;
    high = 0.78 * (high + x - last);
    last = x;
    return 0.55 * high * Math.exp(-t * decay);
  });
}

function snare() {
  const noise = noiseOf(3);
  const body = tone(0.3, 185, 330, 60, 22);
  let [last, high] = [0, 0];
  return body.map((x, i) => {
    const n = noise();
    high = 0.85 * (high + n - last);
    last = n;
    return 0.6 * x + 0.5 * high * Math.exp((-i / rate) * 17);
  });
}

/** One sound for each drum, in the order of a groove's columns. */
export const sounds = () => [
  tone(0.45, 48, 170, 38, 9, 0.25),
  snare(),
  metal(0.09, 55, 0.5, 11),
  metal(0.5, 9, 0.5, 12),
  tone(0.5, 82, 125, 14, 8, 0.08),
  tone(0.45, 112, 170, 14, 9, 0.08),
  tone(0.4, 150, 225, 14, 10, 0.08),
  metal(1.6, 2.6, 0.75, 13),
  metal(0.9, 4.5, 0.25, 14),
];

const closedHihat = 2;
const openHihat = 3;
const pans = [0, 0.05, 0.25, 0.25, 0.35, 0, -0.3, -0.35, 0.4];

/** A drum kit in an AudioContext (or an OfflineAudioContext). */
export class Kit {
  constructor(context, made) {
    this.context = context;
    this.buffers = made.map((samples) => {
      const buffer = context.createBuffer(1, samples.length, rate);
      buffer.copyToChannel(samples, 0);
      return buffer;
    });
    this.out = context.createGain();
    this.out.gain.value = 0.7;
    this.out.connect(context.destination);
    this.open = null;
  }
  hit(drum, velocity, when) {
    const source = this.context.createBufferSource();
    source.buffer = this.buffers[drum];
    const gain = this.context.createGain();
    gain.gain.value = 0.08 + 0.92 * velocity * velocity;
    const pan = this.context.createStereoPanner();
    pan.pan.value = pans[drum];
    source.connect(gain).connect(pan).connect(this.out);
    const time = Math.max(when, this.context.currentTime);
    source.start(time);
    if (drum === closedHihat || drum === openHihat) {
      this.open?.gain.setTargetAtTime(0, time, 0.01); // the pedal closes
      this.open = drum === openHihat ? gain : null;
    }
  }
}

export const secondsPerStep = (qpm, stepsPerQuarter = 4) => 60 / qpm / stepsPerQuarter;

/** Plays what `groove()` returns in a loop, at the tempo that `qpm()` returns. Both may change while it plays. */
export class Player {
  constructor({ groove, qpm, context }) {
    Object.assign(this, { groove, qpm, makeContext: context, playing: false });
  }
  get position() {
    return this.playing ? Math.max(0, this.next - (this.nextTime - this.context.currentTime) / secondsPerStep(this.qpm())) : -1;
  }
  start() {
    this.context ??= this.makeContext();
    this.kit ??= new Kit(this.context, sounds());
    this.context.resume();
    this.playing = true;
    this.next = 0; // the step that will be scheduled next, counted on over the loops
    this.nextTime = this.context.currentTime + 0.06;
    this.timer = setInterval(() => this.schedule(), 25);
    this.schedule();
  }
  stop() {
    clearInterval(this.timer);
    this.playing = false;
  }
  schedule() {
    const ahead = this.context.currentTime + 0.15;
    while (this.nextTime < ahead) {
      const groove = this.groove();
      const step = secondsPerStep(this.qpm(), groove.stepsPerQuarter);
      for (let drum = 0; drum < lanes; ++drum) {
        const i = at(this.next % groove.steps, drum);
        if (groove.cells[i]) this.kit.hit(drum, groove.cells[i + 1], this.nextTime + (groove.cells[i + 2] * step) / 2);
      }
      ++this.next;
      this.nextTime += step;
    }
  }
  /** Plays one drum now. */
  tap(drum, velocity) {
    this.context ??= this.makeContext();
    this.kit ??= new Kit(this.context, sounds());
    this.context.resume();
    this.kit.hit(drum, velocity, this.context.currentTime);
  }
}

/** The groove once, and its last sounds, as an AudioBuffer. */
export function render(groove, qpm) {
  const step = secondsPerStep(qpm, groove.stepsPerQuarter);
  const context = new OfflineAudioContext(2, Math.ceil((groove.steps * step + 1) * rate), rate);
  const kit = new Kit(context, sounds());
  forEachHit(groove, (at, drum, velocity, offset) => kit.hit(drum, velocity, Math.max(0, (at + offset / 2) * step)));
  return context.startRendering();
}

/** A WAV file of 16-bit samples. */
export function wavOf(buffer) {
  const channels = [...Array(buffer.numberOfChannels).keys()].map((c) => buffer.getChannelData(c));
  const size = buffer.length * channels.length * 2;
  const view = new DataView(new ArrayBuffer(44 + size));
  const text = (offset, letters) => [...letters].forEach((c, i) => view.setUint8(offset + i, c.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, 36 + size, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, channels.length, true);
  view.setUint32(24, buffer.sampleRate, true);
  view.setUint32(28, buffer.sampleRate * channels.length * 2, true);
  view.setUint16(32, channels.length * 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, size, true);
  for (let i = 0, to = 44; i < buffer.length; ++i) {
    for (const channel of channels) {
      view.setInt16(to, Math.max(-1, Math.min(1, channel[i])) * 32767, true);
      to += 2;
    }
  }
  return new Uint8Array(view.buffer);
}
