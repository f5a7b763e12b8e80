import type {Vertex} from '../program/definition.js';
import type {OpenedBuild} from './opened-build.js';

/**
@returns References of what the mounts of a RUN show, by the index of its inputs; what isn't there yet is run.
*/
export async function mountReferences(
	{attempt, load}: Pick<OpenedBuild, 'attempt' | 'load'>,
	vertex: Vertex,
): Promise<readonly string[]> {
	return Promise.all(
		vertex.inputs.map(async input => attempt.evaluation.reference(load, input)),
	);
}
