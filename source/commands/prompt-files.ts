import {parseArgs} from 'node:util';
import {shippingBetween} from '../inspect/shipped.js';
import type {BuildFiles} from '../debugger/points/build-files.js';
import {parsePoint} from '../debugger/points/point.js';
import type {DebuggerStore} from '../debugger/session/store.js';
import type {Point} from '../engine/port.js';
import {UsageError} from '../errors.js';
import type {FileCommands} from '../prompt/command.js';
import {parsePointPath} from '../inspect/place.js';
import {printFile} from './cat.js';
import {copyOut} from './cp.js';
import {printDiff} from './diff.js';
import {leftText} from './left.js';
import {listing} from './ls.js';
import {whyText} from './why.js';

/**
@returns What the line prompt's commands about files do: the same as mstage's commands of these names, at the points of a
session, on standard output.
*/
export function fileCommands(
	store: DebuggerStore,
	write: (text: string) => void,
): FileCommands {
	return {
		async ls(words) {
			const {json, places} = read(words, [1, 1], 'ls POINT[:PATH] [--json]');
			const {snapshot, path} = await openPlace(store, places[0]!);
			write(await listing(snapshot, path, json));
		},

		async cat(words, signal) {
			const {places} = read(words, [1, 1], 'cat POINT:PATH');
			const {snapshot, path} = await openPlace(store, places[0]!);
			await printFile(snapshot, path, signal);
		},

		async cp(words, signal) {
			const {force, places} = read(
				words,
				[2, 2],
				'cp POINT:PATH DESTINATION [--force]',
			);
			const [place = '', destination = ''] = places;
			const {snapshot, path} = await openPlace(store, place);
			await copyOut(snapshot, {
				place,
				source: path,
				destination,
				force,
				signal,
			});
		},

		async diff(words, signal) {
			const {content, json, places} = read(
				words,
				[1, 2],
				'diff FROM [TO] [--content] [--json]',
			);
			const [from = '', to = 'final'] = places;
			const [before, after] = [pointOf(store, from), pointOf(store, to)];
			const {buildFiles} = store;
			await printDiff(
				{
					before: await store.snapshot(before),
					after: await store.snapshot(after),
					touched: await store.touched(before, after, signal),
					program: store.state.program,
					shipping: buildFiles && shippingBetween(buildFiles, before, after),
				},
				{
					from,
					to,
					content,
					json,
					nameStatus: false,
					ignore: [],
					paths: [],
					ignoreTimes: false,
					kind: [],
					sort: 'size',
				},
				signal,
			);
		},

		async left(words, signal) {
			const {json, places} = read(words, [0, 1], 'left [STAGE] [--json]');
			const [stage] = places;
			write(
				await leftText(
					reachedFiles(store),
					{json, ...(stage !== undefined && {stage})},
					signal,
				),
			);
		},

		async why(words) {
			const {json, places} = read(words, [1, 1], 'why [STAGE:]PATH [--json]');
			write(await whyText(reachedFiles(store), {json, path: places[0]!}));
		},
	};
}

/** What is reached of a session's build: nothing of it is run to look at its files. */
function reachedFiles(store: DebuggerStore): BuildFiles {
	const build = store.buildFiles;
	if (!build) {
		throw noProgram();
	}

	return {
		program: build.program,
		copiesOf: step => build.copiesOf(step),
		snapshot: async point => store.snapshot(point),
	};
}

function noProgram(): UsageError {
	return new UsageError('No program is loaded.');
}

/** @param usage - What is told when the words don't fit it. */
function read(
	words: readonly string[],
	[least, most]: readonly [number, number],
	usage: string,
) {
	try {
		const {values, positionals} = parseArgs({
			args: [...words],
			allowPositionals: true,
			options: {
				json: {type: 'boolean', default: false},
				force: {type: 'boolean', default: false},
				content: {type: 'boolean', default: false},
			},
		});
		if (positionals.length >= least && positionals.length <= most) {
			return {...values, places: positionals};
		}
	} catch (error) {
		throw new UsageError(`That is none of its flags: ${usage}.`, {
			cause: error,
		});
	}

	throw new UsageError(`It takes other words: ${usage}.`);
}

async function openPlace(store: DebuggerStore, text: string) {
	const {point, path} = parsePointPath(text);
	return {snapshot: await store.snapshot(pointOf(store, point)), path};
}

function pointOf({state: {program}}: DebuggerStore, text: string): Point {
	if (!program) {
		throw noProgram();
	}

	return parsePoint(text, program);
}
