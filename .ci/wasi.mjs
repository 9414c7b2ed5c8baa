// Runs a WASI program, such as a test binary, as a process of its own: node .ci/wasi.mjs PROGRAM.wasm [ARGUMENT...]
import { readFile } from 'node:fs/promises';
import { WASI } from 'node:wasi';

const [program, ...rest] = process.argv.slice(2);
const wasi = new WASI({ version: 'preview1', args: [program, ...rest], env: process.env });
const module = await WebAssembly.compile(await readFile(program));
const instance = await WebAssembly.instantiate(module, wasi.getImportObject());
// A program that traps, as a panic does, throws here, and Node ends with status 1.
process.exitCode = wasi.start(instance);
