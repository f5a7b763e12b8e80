import {posix} from 'node:path';
import type {LinkCopy} from '../../debugger/machine/explanation.js';
import {lineLabel} from '../../debugger/points/point.js';
import type {Build} from '../../engine/port.js';
import {UsageError} from '../../errors.js';
import type {Entry} from '../../filesystem/tree/entry.js';
import {Tracer} from '../trace/trace.js';

/**
@param step - The id of the step in front of which the link is.
@param link - A symbolic link there.
@returns The COPY or ADD that brought it; `null` where none did, or the files don't tell.
@throws {EngineError} The engine was lost.
*/
export async function linkCopyOf(
	build: Build,
	step: number,
	link: Entry,
): Promise<LinkCopy | null> {
	try {
		const links = await new Tracer(build).origin({
			point: {kind: 'before', step},
			path: link.path,
		});
		const copied = links.find(({kind}) => kind === 'copied');
		return copied?.kind === 'copied'
			? {
					instruction: build.program.steps[copied.step]!.text,
					place: lineLabel(build.program, copied.step),
					leadsOut: leadsOut(copied.source, link.linkTarget ?? ''),
					source: copied.from.kind === 'context' ? 'build context' : 'source',
				}
			: null;
	} catch (error) {
		if (error instanceof UsageError) {
			return null;
		}

		throw error;
	}
}

/** Whether a link climbs above the root of where it is; an absolute one counts from the root of any filesystem. */
function leadsOut(path: string, target: string): boolean {
	return (
		!target.startsWith('/') &&
		posix.join(posix.dirname(path), target).split('/')[0] === '..'
	);
}
