import type {Failure} from '../../engine/port.js';

/**
@param hide - Takes the values of secrets out of a text.
@returns The failure without them: why a command failed may be told in what it printed.
*/
export function hideInFailure(
	failure: Failure,
	hide: (text: string) => string,
): Failure {
	const {message, advice} = failure;
	return {
		...failure,
		message: hide(message),
		advice: advice === null ? null : hide(advice),
	};
}
