import {parseArgs} from 'node:util';
import {parsePoint} from '../../debugger/points/point.js';
import type {BuildFiles} from '../../debugger/points/build-files.js';
import type {DebuggerStore} from '../../debugger/session/store.js';
import {UsageError} from '../../errors.js';
import {allDifferences, findDifference} from '../../inspect/compare.js';
import {ContentHashes} from '../../inspect/content-hashes.js';
import {copyOut} from '../../inspect/copy/copy-out.js';
import {findLeft} from '../../inspect/left/left.js';
import {listAt} from '../../inspect/list.js';
import {parsePlace, parsePointPath} from '../../inspect/place.js';
import {readInto} from '../../inspect/read.js';
import {shippingBetween} from '../../inspect/left/shipped.js';
import {progressOf} from '../../inspect/trace/progress.js';
import {Tracer} from '../../inspect/trace/trace.js';
import {describeLeftOut} from '../../report/describe-copy.js';
import {diffOutput} from '../../report/diff/output.js';
import {listingText} from '../../report/entry-line.js';
import {leftJson} from '../../report/left/json.js';
import {renderLeft} from '../../report/left/text.js';
import {whyJson} from '../../report/why/json.js';
import {whyText} from '../../report/why/text.js';
import {
	type Outcome,
	type PromptCommand,
	type PromptContext,
	programOf,
} from '../command.js';

/** What looks at the files of points: the same as mstage's commands of these names, as far as the session has come. */
export const fileCommands: readonly PromptCommand[] = [
	{
		name: 'ls',
		key: 'f',
		usage: 'ls POINT[:PATH]',
		description: 'list a directory of a point',
		takesPaths: true,
		looks: true,
		run: list,
	},
	{
		name: 'cat',
		usage: 'cat POINT:PATH',
		description: 'print a file of a point',
		takesPaths: true,
		looks: true,
		run: print,
	},
	{
		name: 'cp',
		key: 'x',
		usage: 'cp POINT:PATH DESTINATION',
		description: 'copy a file or a directory of a point to this machine',
		takesPaths: true,
		looks: true,
		run: copy,
	},
	{
		name: 'diff',
		key: 'd',
		usage: 'diff FROM [TO]',
		description: 'tell how two points differ; without TO, FROM and final',
		looks: true,
		run: compare,
	},
	{
		name: 'left',
		key: 'L',
		usage: 'left [STAGE]',
		description: 'tell what the stages leave behind',
		looks: true,
		run: tellLeft,
	},
	{
		name: 'why',
		key: 'w',
		usage: 'why [STAGE:]PATH',
		description:
			'tell what put a file into the final image, or where a file of a stage went',
		takesPaths: true,
		looks: true,
		run: trace,
	},
];

async function list(
	words: readonly string[],
	{store, write}: PromptContext,
): Promise<Outcome> {
	const {json, places} = read(words, [1, 1], 'ls POINT[:PATH] [--json]');
	const {files, path} = await openPlace(store, places[0]!);
	write(listingText(await listAt(files, path), json));
	return 'done';
}

async function print(
	words: readonly string[],
	{store, bytes, signal}: PromptContext,
): Promise<Outcome> {
	const {places} = read(words, [1, 1], 'cat POINT:PATH');
	const {files, path} = await openPlace(store, places[0]!);
	await readInto(files, path, bytes, signal);
	return 'done';
}

async function copy(
	words: readonly string[],
	{store, write, bytes, signal}: PromptContext,
): Promise<Outcome> {
	const {force, places} = read(
		words,
		[2, 2],
		'cp POINT:PATH DESTINATION [--force]',
	);
	const [place = '', destination = ''] = places;
	const {files, path} = await openPlace(store, place);
	const left = await copyOut(files, {
		source: path,
		destination,
		force,
		output: bytes,
		signal,
	});
	if (left.length > 0) {
		write(`${describeLeftOut(left, `cp ${place} -`)}\n`);
	}

	return 'done';
}

async function compare(
	words: readonly string[],
	{store, write, style, signal}: PromptContext,
): Promise<Outcome> {
	const {content, json, places} = read(
		words,
		[1, 2],
		'diff FROM [TO] [--content] [--json]',
	);
	const [from = '', to = 'final'] = places;
	const program = programOf(store);
	const [before, after] = [parsePoint(from, program), parsePoint(to, program)];
	const touched = await store.touched(before, after, signal);
	const difference = await findDifference(
		[await store.snapshot(before), await store.snapshot(after)],
		touched,
		{...allDifferences, content},
		{
			shipping: json
				? null
				: await shippingBetween(store.buildFiles!, [before, after], signal),
			hashes: new ContentHashes(),
			signal,
		},
	);
	const pieces = diffOutput([from, to], difference, json ? 'json' : 'text', {
		...style(),
		sort: 'size',
		paths: [],
		program,
		inPlace: difference.inPlace,
		isWhole: touched === null,
	});
	write([...pieces].join(''));
	return 'done';
}

async function tellLeft(
	words: readonly string[],
	{store, write, style, signal}: PromptContext,
): Promise<Outcome> {
	const {json, places} = read(words, [0, 1], 'left [STAGE] [--json]');
	const build = reachedFiles(store);
	const found = await findLeft(build, places[0], new ContentHashes(), signal);
	write(
		json
			? leftJson(build.program, found)
			: renderLeft(build.program, found, style()),
	);
	return 'done';
}

async function trace(
	words: readonly string[],
	{store, write, style}: PromptContext,
): Promise<Outcome> {
	const {json, places} = read(words, [1, 1], 'why [STAGE:]PATH [--json]');
	const build = reachedFiles(store);
	const {program} = build;
	const file = parsePlace(places[0]!, program);
	const tracer = new Tracer(build, progressOf(store.state));
	const found = await tracer.trace(file);
	write(
		json
			? whyJson(program, file.path, found)
			: whyText(program, file.path, found, style()),
	);
	return 'done';
}

/** What is reached of a session's build: nothing of it is run to look at its files. */
function reachedFiles(store: DebuggerStore): BuildFiles {
	const program = programOf(store);
	const build = store.buildFiles!;
	return {
		program,
		buildArguments: build.buildArguments,
		copiesOf: step => build.copiesOf(step),
		processOf: step => build.processOf(step),
		copySource: async (step, operation) => build.copySource(step, operation),
		touched: async (...question) => build.touched(...question),
		snapshot: async point => store.snapshot(point),
		async layer(step, signal) {
			await store.snapshot({kind: 'after', step});
			return build.layer(step, signal);
		},
		imageSize: async reference => build.imageSize(reference),
		finalImage: async () => build.finalImage(),
		secrets: () => build.secrets(),
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
	const files = await store.snapshot(parsePoint(point, programOf(store)));
	return {files, path};
}
