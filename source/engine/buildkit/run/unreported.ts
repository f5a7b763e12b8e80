import type {BuildWarning, EngineDescription} from '../../port.js';
import {tellsNeighbours} from '../connect/capabilities.js';
import type {StatusTranslator} from './status.js';

/** How long nothing may be reported before that is told, in milliseconds. */
const patience = 2000;

/**
Engine 20.10 passes nothing on of a step that another build runs: a build that waits for it seems to do nothing.

@param status - Of the build, which begins a run.
@param warn - Gets told, once at most, when nothing is reported for a while and no step of the build runs.
@returns Ends it.
*/
export function watchReports(
	status: Pick<StatusTranslator, 'idleSince'>,
	{name, version}: EngineDescription,
	warn: (warning: BuildWarning) => void,
): () => void {
	if (Number.parseInt(version, 10) >= tellsNeighbours) {
		return () => undefined;
	}

	const began = performance.now();
	const timer = setInterval(() => {
		const {idleSince} = status;
		if (
			idleSince !== null &&
			performance.now() - Math.max(idleSince, began) > patience
		) {
			clearInterval(timer);
			warn({
				from: 'mstage',
				rule: null,
				message: `${name} ${version} has told nothing for ${patience / 1000} s: it passes nothing on of a step that another build runs.`,
				details: [],
				url: null,
				lines: null,
			});
		}
	}, patience / 4);
	return () => {
		clearInterval(timer);
	};
}
