import type {StepInputs, StepProcess} from '../../port.js';
import {
	type ExecOp,
	type Mount,
	MountType,
	NetMode,
	SecurityMode,
} from '../proto/generated/ops_pb.js';
import {imageOf} from './base-images.js';
import {type Result, type Vertex, parentOf} from './definition.js';
import type {LoadedBuild} from './loading.js';

/** What a step reads of one of its inputs. */
export type Reading = {
	readonly from: Result;

	/** Without a leading slash; a pattern where the instruction has one. */
	readonly path: string;
};

/**
@param step - A step's id.
@returns What the step's result depends on, or `null` when the target doesn't need it.
*/
export function stepInputs(load: LoadedBuild, step: number): StepInputs | null {
	const {key, text} = load.mapping.program.steps[step]!;
	if (key === null) {
		return null;
	}

	const vertices = verticesOf(load, step);
	const exec = vertices.map(({op}) => op.op).find(op => op.case === 'exec');
	return {
		key,
		text: expandedText(vertices) ?? text,
		environment: exec ? environmentOf(exec.value) : {},
		settings: exec ? settingsOf(exec.value) : {},
		inputs: inputsOf(load, step, vertices),
		contextFiles: contextFilesOf(load, vertices),
	};
}

/**
@param step - A step's id.
@returns The process that it starts; `null` when it is not a RUN, or the target doesn't need it.
*/
export function stepProcess(
	load: LoadedBuild,
	step: number,
): StepProcess | null {
	const exec = verticesOf(load, step)
		.map(({op}) => op.op)
		.find(op => op.case === 'exec')?.value;
	return exec
		? {
				arguments: exec.meta?.args ?? [],
				environment: environmentOf(exec),
				user: exec.meta?.user ?? '',
				directory: exec.meta?.cwd || '/',
				network:
					exec.network === NetMode.NONE
						? 'none'
						: exec.network === NetMode.HOST
							? 'host'
							: 'default',
			}
		: null;
}

/**
@returns The operations of a step, in the order in which they run.
*/
export function verticesOf(
	{loaded, mapping}: LoadedBuild,
	step: number,
): readonly Vertex[] {
	return [...loaded.vertices.values()].filter(({digest}) =>
		mapping.stepsOf.get(digest)?.includes(step),
	);
}

/**
@returns What an operation reads besides what it changes: the sources of a COPY, the bind mounts of a RUN.
*/
export function readingsOf({op: {op}, inputs}: Vertex): readonly Reading[] {
	const at = (input: bigint, path: string): readonly Reading[] => {
		const from = inputs[Number(input)];
		return from ? [{from, path: path.replace(/^\/+/v, '')}] : [];
	};

	switch (op.case) {
		case 'file': {
			return op.value.actions.flatMap(({action, secondaryInput}) =>
				action.case === 'copy' ? at(secondaryInput, action.value.src) : [],
			);
		}

		case 'exec': {
			return op.value.mounts.flatMap(mount =>
				mount.dest === '/' ? [] : at(mount.input, mount.selector),
			);
		}

		default: {
			return [];
		}
	}
}

/**
@param step - The step that reads it.
@returns What an input is, for people: `the build context`, `the image busybox:latest`, `the stage builder`.
*/
export function nameOfInput(
	{mapping, loaded}: LoadedBuild,
	step: number,
	{digest}: Result,
): string {
	const vertex = loaded.vertices.get(digest)!;
	const image = imageOf(vertex);
	if (image !== null) {
		return `the image ${image.replace(/^docker\.io\/(?:library\/)?/v, '')}`;
	}

	const {op} = vertex.op;
	if (op.case === 'source') {
		const {identifier} = op.value;
		return identifier === 'local://context'
			? 'the build context'
			: identifier.replace(/^local:\/\//v, 'the context ');
	}

	const {stages, steps} = mapping.program;
	const own = steps[step]!.stage;
	const owners = mapping.stepsOf.get(digest) ?? [];
	const stage = owners
		.map(owner => steps[owner]!.stage)
		.toSorted((a, b) => Number(b === own) - Number(a === own))[0];
	return stage === undefined || stage === own
		? 'the step before'
		: `the stage ${stages[stage]!.name ?? stage}`;
}

function inputsOf(
	load: LoadedBuild,
	step: number,
	vertices: readonly Vertex[],
): StepInputs['inputs'] {
	const isFrom = load.mapping.program.steps[step]!.index === 0;
	// An image or an address that an instruction itself names is one of its operations, and what it reads.
	const sources = isFrom
		? []
		: vertices.filter(({op: {op}}) => op.case === 'source');
	const own = new Set(
		vertices
			.filter(vertex => !sources.includes(vertex))
			.map(({digest}) => digest),
	);
	const inputs = new Map(
		vertices
			.flatMap(vertex => [
				parentOf(vertex),
				...vertex.inputs,
				...(sources.includes(vertex)
					? [{digest: vertex.digest, index: 0}]
					: []),
			])
			.filter(input => input !== null && !own.has(input.digest))
			.map(input => [`${input!.digest}:${input!.index}`, input!]),
	);
	return [...inputs.values()].map(input => ({
		name: nameOfInput(load, step, input),
		key: `${load.keys.get(input.digest) ?? input.digest}:${input.index}`,
	}));
}

/** The frontend's name of an operation is the instruction with its variables expanded, after its place in brackets. */
function expandedText(vertices: readonly Vertex[]): string | undefined {
	return vertices.at(-1)?.name.replace(/^\[[^\]]*\]\s*/v, '') || undefined;
}

function environmentOf({meta}: ExecOp): Readonly<Record<string, string>> {
	return Object.fromEntries(
		(meta?.env ?? []).map(pair => {
			const [name = '', ...value] = pair.split('=');
			return [name, value.join('=')];
		}),
	);
}

function settingsOf({
	meta,
	mounts,
	network,
	security,
}: ExecOp): Readonly<Record<string, string>> {
	return {
		command: JSON.stringify(meta?.args ?? []),
		user: meta?.user ?? '',
		'working directory': meta?.cwd ?? '/',
		network: NetMode[network],
		security: SecurityMode[security],
		...Object.fromEntries(
			mounts
				.filter(({dest}) => dest !== '/')
				.map(mount => [`mount ${mount.dest}`, describeMount(mount)]),
		),
	};
}

function describeMount(mount: Mount): string {
	const {mountType, selector, readonly, cacheOpt, secretOpt} = mount;
	return [
		MountType[mountType].toLowerCase(),
		selector,
		readonly ? 'readonly' : '',
		cacheOpt ? `id=${cacheOpt.ID}` : '',
		secretOpt ? `id=${secretOpt.ID}` : '',
	]
		.filter(part => part !== '')
		.join(' ');
}

function contextFilesOf(
	{loaded}: LoadedBuild,
	vertices: readonly Vertex[],
): readonly string[] | null {
	const files = vertices
		.flatMap(vertex => readingsOf(vertex))
		.filter(({from}) => isContext(loaded.vertices.get(from.digest)!))
		.map(({path}) => path);
	return files.length > 0 ? [...new Set(files)] : null;
}

/**
@returns Whether the operation gets the build context.
*/
export function isContext({op: {op}}: Vertex): boolean {
	return op.case === 'source' && op.value.identifier === 'local://context';
}
