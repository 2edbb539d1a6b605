// Prints the class that the client of magenta.js gives to each chord: node client_chords.mjs NODE_MODULES CHORD...
import {createRequire} from 'node:module';
import path from 'node:path';

const require = createRequire(path.join(path.resolve(process.argv[2]), 'x.js'));
const {MusicVAE} = require('@magenta/music/node/music_vae');
const dataConverter = {type: 'MelodyConverter', args: {numSteps: 32, minPitch: 21, maxPitch: 108}};
const model = new MusicVAE('no page', {type: 'MusicVAE', dataConverter, chordEncoder: 'TriadChordEncoder'});
model.instantiateFromSpec();
const classOf = (chord) => model.chordEncoder.encode(chord).argMax().dataSync()[0];
console.log(JSON.stringify(process.argv.slice(3).map(classOf)));
