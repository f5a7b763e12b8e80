import type {StageGraph} from '../../../dockerfile/types.js';
import type {
	CopyOperation,
	CopySource,
	CopyStep,
} from '../../../filesystem/provenance/copies.js';
import type {Step} from '../../port.js';
import type {FileAction, FileActionCopy} from '../proto/generated/ops_pb.js';
import type {LoadedDefinition, Result, Vertex} from './definition.js';
import type {Mapping} from './mapping.js';

/** One source of a COPY or ADD, and the operation that it is read from. */
type Copying = {
	readonly action: FileActionCopy;
	readonly source: Result | null;
};

type Loaded = {readonly loaded: LoadedDefinition; readonly mapping: Mapping};

/**
@param step - A step of a stage that was loaded.
@returns What it copies, as its operations say (`FileActionCopy` of moby/buildkit solver/pb/ops.proto), in their order;
`null` when it copies nothing.
*/
export function copyStepOf(load: Loaded, step: Step): CopyStep | null {
	const copyings = copyingsOf(load, step);
	if (copyings.length === 0) {
		return null;
	}

	const named = sourceOf(load.mapping.program.graph, step);
	return {
		step: step.id,
		operations: copyings.map(({action, source}): CopyOperation => ({
			from: (source && madeSource(load.loaded, source)) ?? named,
			source: withoutRoot(action.src),
			destination: withoutRoot(action.dest),
			included: action.includePatterns,
			excluded: action.excludePatterns,
			isLiteral: !action.allowWildcard,
			keepsLinks: !action.followSymlink,
			keepsFolder: !action.dirCopyContents,
			unpacks: action.attemptUnpackDockerCompatibility,
		})),
	};
}

/**
@param operation - The index of one of the step's operations, as `copyStepOf` tells them.
@returns What it reads; `null` is the empty filesystem.
*/
export function copyInput(
	load: Loaded,
	step: Step,
	operation: number,
): Result | null {
	return copyingsOf(load, step)[operation]?.source ?? null;
}

function copyingsOf({loaded, mapping}: Loaded, step: Step): readonly Copying[] {
	return step.keyword === 'COPY' || step.keyword === 'ADD'
		? [...loaded.vertices.values()]
				.filter(({digest}) => mapping.stepsOf.get(digest)?.includes(step.id))
				.flatMap(vertex =>
					vertex.op.op.case === 'file'
						? vertex.op.op.value.actions.flatMap(action =>
								copyingOf(vertex, action),
							)
						: [],
				)
		: [];
}

function copyingOf(
	{inputs}: Vertex,
	{action, secondaryInput}: FileAction,
): readonly Copying[] {
	return action.case === 'copy'
		? [{action: action.value, source: inputs[Number(secondaryInput)] ?? null}]
		: [];
}

/** A source that the instruction itself makes: what it downloads, and its heredocs. */
function madeSource(
	{vertices}: LoadedDefinition,
	{digest}: Result,
): CopySource | null {
	const {op, inputs} = vertices.get(digest)!;
	if (op.op.case === 'source') {
		const {identifier, attrs} = op.op.value;
		return /^(?:https?|git):\/\//v.test(identifier)
			? {
					kind: 'address',
					address: attrs['git.fullurl'] ?? identifier,
				}
			: null;
	}

	// A stage has no file without an instruction that copies, and a copy isn't made from nothing this way.
	return op.op.case === 'file' &&
		inputs.length === 0 &&
		op.op.value.actions.every(({action}) => action.case === 'mkfile')
		? {kind: 'heredoc'}
		: null;
}

function sourceOf({stages}: StageGraph, step: Step): CopySource {
	const dependency = stages[step.stage]!.dependencies.find(
		({instruction, via}) =>
			instruction === step.index &&
			(via === 'COPY --from' || via === 'ADD --from'),
	);
	switch (dependency?.kind) {
		case 'stage': {
			const {isReplaced, base} = stages[dependency.stage]!;
			return isReplaced && base.kind === 'context'
				? {kind: 'context', name: base.name}
				: {kind: 'stage', stage: dependency.stage};
		}

		case 'image': {
			return {kind: 'image', reference: dependency.reference};
		}

		case 'context': {
			return {kind: 'context', name: dependency.name};
		}

		case undefined: {
			return {kind: 'context', name: null};
		}
	}
}

function withoutRoot(path: string): string {
	return path.replace(/^\/+/v, '');
}
