import type {Failure} from '../../engine/port.js';

/** @returns Why it failed, in one sentence; `null` when nothing is known besides the exit code. */
export function causeOf({exitCode, message}: Failure): string | null {
	if (exitCode === null) {
		return message;
	}

	const code = ` (exit code ${exitCode})`;
	return message.includes(code) ? message.replace(code, '') : null;
}
