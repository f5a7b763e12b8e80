import {parseArgs} from 'node:util';
import {shippingBetween} from '../debugger/files/shipped.js';
import {parsePoint} from '../debugger/point.js';
import type {DebuggerStore} from '../debugger/store.js';
import type {Point} from '../engine/port.js';
import {UsageError} from '../errors.js';
import type {FileCommands} from '../prompt/command.js';
import {printFile} from './cat.js';
import {copyOut} from './cp.js';
import {printDiff} from './diff.js';
import {listing} from './ls.js';
import {parsePointPath} from './point-path.js';

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
	};
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
		throw new UsageError('No program is loaded.');
	}

	return parsePoint(text, program);
}
