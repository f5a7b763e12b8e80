import type {StageGraph} from '../../../dockerfile/types.js';
import type {
	CopyOperation,
	CopySource,
	CopyStep,
} from '../../../filesystem/provenance/copies.js';
import type {Step} from '../../port.js';
import type {LoadedDefinition} from './definition.js';
import type {Mapping} from './mapping.js';

/**
@param step - A COPY or ADD of a stage that was loaded.
@returns What it copies, as its operations say (`FileActionCopy` of moby/buildkit solver/pb/ops.proto), in their order;
`null` when it copies nothing that has a path: an ADD of an address, a heredoc alone.
*/
export function copyStepOf(
	{
		loaded,
		mapping,
	}: {readonly loaded: LoadedDefinition; readonly mapping: Mapping},
	step: Step,
): CopyStep | null {
	if (step.keyword !== 'COPY' && step.keyword !== 'ADD') {
		return null;
	}

	const from = sourceOf(mapping.program.graph, step);
	const operations = [...loaded.vertices.values()]
		.filter(({digest}) => mapping.stepsOf.get(digest)?.includes(step.id))
		.flatMap(({op: {op}}) => (op.case === 'file' ? op.value.actions : []))
		.flatMap(({action}): readonly CopyOperation[] =>
			action.case === 'copy'
				? [
						{
							source: withoutRoot(action.value.src),
							destination: withoutRoot(action.value.dest),
							included: action.value.includePatterns,
							excluded: action.value.excludePatterns,
						},
					]
				: [],
		);
	return operations.length === 0 ? null : {step: step.id, from, operations};
}

function sourceOf({stages}: StageGraph, step: Step): CopySource {
	const dependency = stages[step.stage]!.dependencies.find(
		({instruction, via}) =>
			instruction === step.index &&
			(via === 'COPY --from' || via === 'ADD --from'),
	);
	switch (dependency?.kind) {
		case 'stage': {
			return {kind: 'stage', stage: dependency.stage};
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
