import type {EngineDescription} from '../engine/port.js';

/**
@param engine - Its builder: a step that BuildKit is to run again is an operation of its own (see `withoutCache` of its
adapter), whose result no other build looks for; the legacy builder takes the newest image that fits.
@returns What is to be known of a step that ran again without cache, in sentences; `null` when there is nothing.
*/
export function rerunNote({
	builder,
}: Pick<EngineDescription, 'builder'>): string | null {
	return builder === 'BuildKit'
		? "The new result is this session's alone: docker build, and the next mstage, find the old one in the engine's cache. --no-cache puts a new one there."
		: null;
}
