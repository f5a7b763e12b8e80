import type {CopySource, CopyStep} from '../../filesystem/provenance/copies.js';
import {contextLister} from '../context/context-lister.js';
import type {IgnoringRequest} from '../context/context-listing.js';
import {byLink, explainMissingInContext} from '../context/explain-missing.js';
import {
	describeMissing,
	filesLister,
	firstMissing,
	lookFor,
} from '../missing-source.js';
import type {Failure, Files, Program} from '../port.js';
import type {ContextRequest} from './run/context-tar.js';

/**
@param copy - What the COPY or ADD that failed copies.
@param parts - `request` is what is built; `source` opens what another stage or an image holds.
@returns What the failure says of the source that isn't there; `null` when all of them are.
@throws {EngineError} The engine was lost.
*/
export async function explainMissing(
	{operations, step}: CopyStep,
	{
		program,
		request,
		source,
	}: {
		readonly program: Program;
		readonly request: ContextRequest;
		readonly source: () => Promise<Files>;
	},
): Promise<Partial<Pick<Failure, 'message' | 'missing' | 'advice'>> | null> {
	const local = operations.filter(({from}) => from.kind !== 'address');
	const from = local[0]?.from;
	if (!from) {
		return null;
	}

	const isOfContext = from.kind === 'context';
	const place = {...request, dockerfile: null};
	const list = isOfContext ? contextLister(place) : filesLister(await source());
	const path = await firstMissing(
		local.map(operation => operation.source),
		list,
	);
	if (path === undefined) {
		return isOfContext
			? explainLinks(
					place,
					local.map(operation => operation.source),
				)
			: null;
	}

	const found = await lookFor(path, list);
	const missing = {
		...found,
		point: isOfContext
			? ({kind: 'context'} as const)
			: ({kind: 'source', step} as const),
	};
	if (!isOfContext) {
		return {
			missing,
			message: describeMissing(found, nameOf(program, from)),
			advice: 'Correct the path.',
		};
	}

	const {isTypo = false, ...words} = await explainMissingInContext(
		program.steps[step]!,
		found,
		place,
	);
	return {
		missing: {...missing, ...(!isTypo && {nearMisses: []})},
		...words,
	};
}

/** Through a link on the disk everything may seem to be there. */
async function explainLinks(
	request: IgnoringRequest,
	sources: readonly string[],
): Promise<Pick<Failure, 'message'> | null> {
	for (const source of sources) {
		// eslint-disable-next-line no-await-in-loop -- up to the first
		const words = await byLink(request, source);
		if (words) {
			return words;
		}
	}

	return null;
}

function nameOf({stages}: Program, from: CopySource): string {
	switch (from.kind) {
		case 'stage': {
			return `the stage ${stages[from.stage]!.name ?? from.stage}`;
		}

		case 'image': {
			return `the image ${from.reference}`;
		}

		default: {
			return 'the build context';
		}
	}
}
