/** Checks one image by a library call in a process that has started already, and prints what it took as JSON. */
import { checkImage, fileSource } from '../dist/node.mjs';

const source = await fileSource(process.argv[2]);
const start = process.hrtime.bigint();
const { verdict, cost } = await checkImage(source);
const wall = Number(process.hrtime.bigint() - start) / 1e6;
await source.close();
console.log(JSON.stringify({ wall, verdict, ...cost }));
