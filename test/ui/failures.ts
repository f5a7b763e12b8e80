import type {Failure} from '../../source/engine/port.js';

/**
@param facts - What a test is about.
@returns A failure of a RUN whose state was kept, but for these facts.
*/
export function failureWith(facts: Partial<Failure>): Failure {
	return {
		step: 0,
		kind: 'command',
		message: 'no',
		advice: null,
		missing: null,
		exitCode: 1,
		seconds: 1,
		state: {kept: true},
		rerun: false,
		...facts,
	};
}
