/**
 * Checks one image by library calls in a process that has started already, and prints as JSON what it took: the first call,
 * which V8 has compiled nothing for yet, the last of four, and the same reads issued once more with nothing done to what comes.
 */
import { checkImage, fileSource } from 'extcheck';

const now = () => Number(process.hrtime.bigint()) / 1e6;
const source = await fileSource(process.argv[2]);

async function timed(action) {
  const start = now();
  const result = await action();
  return { wall: now() - start, result };
}

const first = await timed(() => checkImage(source));
const { verdict, io } = first.result;
let warm = first.wall;
for (let call = 1; call < 4; call++) warm = (await timed(() => checkImage(source))).wall;

const reads = [];
const recording = {
  size: source.size,
  read(at, into) {
    reads.push([at, into]);
    return source.read(at, into);
  },
};
await checkImage(recording);
const reading = await timed(async () => {
  for (const [at, into] of reads) source.read(at, into);
});

await source.close();
console.log(JSON.stringify({ wall: first.wall, warm, reading: reading.wall, verdict, ...io }));
