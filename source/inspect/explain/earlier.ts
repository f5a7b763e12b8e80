import type {Cause} from '../../debugger/machine/explanation.js';
import {lineLabel} from '../../debugger/points/point.js';
import {readInstructions} from '../../dockerfile/instructions/read.js';
import type {Option} from '../../dockerfile/instructions/run-options.js';
import {commandsIn} from '../../dockerfile/stages/runs-in.js';
import type {Build, Program} from '../../engine/port.js';
import {
	assignedIn,
	foldersLeft,
	namesPath,
	sourcedIn,
} from './words/command-words.js';
import type {Look} from './look.js';
import {
	type Earlier,
	type EarlierRun,
	fullPath,
	type LostPlace,
} from './setting.js';

/** Nothing came before. */
export const nothingEarlier: Earlier = {runs: [], lost: []};

/**
@param end - Up to where: in front of a step, or all of a stage.
@param keepsVolumes - Whether the builder keeps what a RUN writes to a volume: the legacy one doesn't (Docker's Dockerfile
reference, "Notes about specifying volumes").
@returns What came before it in the chain of stages.
*/
export function earlierThan(
	build: Pick<Build, 'program' | 'processOf'>,
	end: {readonly step: number} | {readonly stage: number},
	keepsVolumes: boolean,
): Earlier {
	const {program} = build;
	const {graph} = program;
	const {stages} = readInstructions(graph.source, graph.filename);
	const commands = commandsIn(stages, graph.stages);
	const runs: EarlierRun[] = [];
	const lost: LostPlace[] = [];
	let volumes: readonly string[] = [];
	for (const step of stepsBefore(program, end)) {
		const {stage, index} = program.steps[step]!;
		const command = commands[stage]![index]?.command;
		const place = lineLabel(program, step);
		switch (command?.kind) {
			case 'from': {
				volumes = [
					...volumes,
					...(program.stages[stage]!.baseConfiguration?.volumes ?? []),
				];

				break;
			}

			case 'volume': {
				volumes = [
					...volumes,
					...command.values
						.filter(value => isPlain(value))
						.map(value => fullPath(value, '/')),
				];

				break;
			}

			case 'run': {
				const directory = build.processOf(step)?.directory ?? '/';
				const text = command.words.join(' ');
				runs.unshift({place, text: command.isJson ? '' : text, directory});
				lost.unshift(
					...[
						...command.mounts.flatMap(({options}) => targetOf(options)),
						...(keepsVolumes ? [] : volumes)
							.filter(
								volume => namesPath(text, volume) || isBelow(directory, volume),
							)
							.map(target => ({type: 'volume', target})),
					].map(found => ({
						...found,
						place,
						copy: null,
						at: found.target,
						text,
					})),
				);

				break;
			}

			default: {
				if (command?.kind === 'copy' && command.from !== '') {
					const {reads} = program.steps[step]!;
					lost.unshift(
						...reads.flatMap(read =>
							earlierThan(build, {stage: read}, keepsVolumes).lost.flatMap(
								found => copiedBy(command, found, place),
							),
						),
					);
				}
			}
		}
	}

	return {runs, lost};
}

/** In the order in which they run. */
function stepsBefore(
	program: Program,
	end: {readonly step: number} | {readonly stage: number},
): readonly number[] {
	const stage = 'step' in end ? program.steps[end.step]!.stage : end.stage;
	const own = program.stages[stage]!.steps;
	const {base} = program.graph.stages[stage]!;
	return [
		...(base.kind === 'stage' ? stepsBefore(program, {stage: base.stage}) : []),
		...('step' in end ? own.slice(0, own.indexOf(end.step)) : own),
	];
}

function isPlain(path: string): boolean {
	return path.startsWith('/') && !path.includes('$');
}

function targetOf(
	options: readonly Option[],
): ReadonlyArray<{readonly type: string; readonly target: string}> {
	const value = (...names: readonly string[]): string | undefined =>
		options.findLast(({key}) => names.includes(key))?.value;
	const target = value('target', 'dst', 'destination');
	const type = (value('type') ?? 'bind').toLowerCase();
	return target !== undefined && isPlain(target)
		? [{type, target: fullPath(target, '/')}]
		: [];
}

/** The place as the copy of a single source brings it. */
function copiedBy(
	{
		sources,
		destination,
	}: {
		readonly sources: readonly string[];
		readonly destination: string;
	},
	lost: LostPlace,
	copy: string,
): readonly LostPlace[] {
	const [source = ''] = sources;
	const from = fullPath(source, '/');
	const to = fullPath(destination, '/');
	if (
		sources.length !== 1 ||
		!isPlain(destination) ||
		/[*?\[$]/v.test(source)
	) {
		return [];
	}

	return isBelow(lost.at, from)
		? [
				{
					...lost,
					copy,
					at: fullPath(`.${lost.at.slice(from === '/' ? 0 : from.length)}`, to),
				},
			]
		: isBelow(from, lost.at)
			? [{...lost, copy, at: to}]
			: [];
}

function isBelow(path: string, folder: string): boolean {
	return path === folder || folder === '/' || path.startsWith(`${folder}/`);
}

/**
@returns Why something at a path, which isn't there, isn't kept although it was written; `null` where nothing says so. Of
what was copied the RUN has to name it.
*/
export function lostAt({lost}: Earlier, path: string): Cause | null {
	const found = lost.find(
		({at, copy, text}) =>
			isBelow(path, at) &&
			(copy === null || text.includes(path.slice(path.lastIndexOf('/') + 1))),
	);
	if (!found) {
		return null;
	}

	const {type, target, place, copy} = found;
	return {kind: 'kept-nowhere', path, type, target, place, copy};
}

/**
@param path - From the root: where a relative path led, which isn't there.
@param directory - Where it counts from.
@returns Where it is from the folder that `cd` of an earlier RUN went to; `null` where it isn't there either.
*/
export async function leftFolder(
	{runs}: Earlier,
	look: Look,
	path: string,
	directory: string,
): Promise<Cause | null> {
	const base = directory === '/' ? '/' : `${directory}/`;
	if (!path.startsWith(base)) {
		return null;
	}

	for (const {text, directory: start, place} of runs) {
		const folders = foldersLeft(text);
		let folder = start;
		for (const next of folders) {
			folder = fullPath(next, folder);
		}

		const there = fullPath(path.slice(base.length), folder);
		// eslint-disable-next-line no-await-in-loop -- the latest first
		if (folder !== directory && (await look.find(there))) {
			return {
				kind: 'ended-shell',
				words: `cd ${folders.at(-1)!}`,
				place,
				found: there,
				remedy: 'folder',
			};
		}
	}

	return null;
}

/**
@param folder - Which PATH lacks, and holds a program that is called.
@param program - Its path.
@returns Which earlier RUN put the folder in a PATH of its own; `null` where none did.
*/
export async function leftPath(
	{runs}: Earlier,
	look: Look,
	folder: string,
	program: string,
): Promise<Cause | null> {
	for (const {text, directory, place} of runs) {
		const exported = assignedIn(text, 'PATH').find(word =>
			word.includes(folder),
		);
		if (exported !== undefined) {
			return {
				kind: 'ended-shell',
				words: exported,
				place,
				found: program,
				remedy: 'variable',
			};
		}

		for (const file of sourcedIn(text)) {
			// eslint-disable-next-line no-await-in-loop -- the latest first
			const script = await look.text(fullPath(file, directory));
			if (
				script !== null &&
				/\bPATH=/v.test(script) &&
				(script.includes(folder) || script.includes(fullPath('..', folder)))
			) {
				return {
					kind: 'ended-shell',
					words: `. ${file}`,
					place,
					found: program,
					remedy: 'variable',
				};
			}
		}
	}

	return null;
}
