import process from 'node:process';
import {
	corpusOf,
	growing,
	mutantOf,
	readAll,
} from '../test/oracle/parser-oracle.js';

/** How large what grows gets, in characters; the time at twice the size is compared with that at half of it. */
const sizes = [62_500, 250_000];

/** Four times the size may take so many times as long, and up to so many milliseconds anything may be noise. */
const mostGrowth = 10;
const noise = 400;

/** How many of the found defects are told. */
const mostTold = 20;

/**
Reads mutated Dockerfiles, and some that grow: nothing but errors for the user may be thrown, and nothing may take more time
than its size.

@throws {Error} Something else was thrown, or took too long.
*/
export function soakParser(first: number, count: number): void {
	const corpus = corpusOf();
	const wrong = new Map<string, number>();
	let refused = 0;
	let slowest = {milliseconds: 0, seed: first};
	for (let seed = first; seed < first + count; seed++) {
		const source = mutantOf(corpus, seed);
		const start = performance.now();
		const {defect, isRefused} = readAll(source);
		const milliseconds = performance.now() - start;
		refused += isRefused ? 1 : 0;
		if (milliseconds > slowest.milliseconds) {
			slowest = {milliseconds, seed};
		}

		if (defect !== null) {
			const [, place = ''] = (defect.stack ?? '').split(/\n +at /v);
			const kind = `${defect.message} at ${place}`;
			wrong.set(kind, wrong.get(kind) ?? seed);
		}
	}

	process.stdout.write(
		`parser ${first}: ${count} read, ${refused} refused, ${wrong.size} kinds of defects, the slowest ${slowest.milliseconds.toFixed(0)} ms (seed ${slowest.seed})\n`,
	);
	for (const [kind, seed] of [...wrong].slice(0, mostTold)) {
		process.stdout.write(`parser ${seed}: ${kind}\n`);
	}

	const slow = slowShapes(sizes);
	for (const told of slow) {
		process.stdout.write(`parser: ${told}\n`);
	}

	process.stdout.write(
		`parser: ${Object.keys(growing).length} shapes up to ${sizes.at(-1)! / 1000} kB, ${slow.length} wrong\n`,
	);
	if (wrong.size + slow.length > 0) {
		throw new Error('A Dockerfile was not read as it must be.');
	}
}

/** Returns what is wrong with each shape that isn't read in time that grows as it does. */
function slowShapes([small, large]: readonly number[]): readonly string[] {
	return Object.entries(growing).flatMap(([name, make]) => {
		const times = [small!, large!].map(size => {
			const source = make(size);
			const before = process.cpuUsage();
			const {defect} = readAll(source);
			const {user, system} = process.cpuUsage(before);
			return {milliseconds: (user + system) / 1000, defect};
		});
		const [less, more] = times;
		const fault = times.find(({defect}) => defect !== null)?.defect;
		if (fault) {
			return [`${name}: ${fault.message}`];
		}

		const limit = mostGrowth * Math.max(less!.milliseconds, noise / mostGrowth);
		return more!.milliseconds > limit
			? [
					`${name}: ${less!.milliseconds.toFixed(0)} ms, and ${more!.milliseconds.toFixed(0)} ms for four times as much`,
				]
			: [];
	});
}
