import type {FailureWords} from './failure-words.js';

/**
Explains why the names of `--chown` can't be looked up. They are looked for in the stage's own files (BuildKit's Dockerfile
reference, "COPY --chown").

@param message - What a builder says: BuildKit `invalid user index: -1` where the stage is empty, or that a file can't be opened;
the legacy builder `can't find uid for user app: …`.
@param text - The instruction as one line.
@returns `undefined` when it says something else.
*/
export function explainOwner(
	message: string,
	text: string,
): FailureWords | undefined {
	const owner = /--chown=(?<owner>\S+)/v.exec(text)?.groups!['owner'];
	if (owner === undefined) {
		return undefined;
	}

	const unknown = /no such (?<what>user|group): (?<name>[^\s:]+)$/v.exec(
		message,
	)?.groups;
	if (unknown) {
		const {what, name} = unknown as {what: string; name: string};
		return {
			kind: 'other',
			message: `--chown=${owner}: there is no ${what} ${name} in the stage's ${what === 'user' ? '/etc/passwd' : '/etc/group'}.`,
			advice: `Correct the name, add the ${what} in an instruction before, or give its number.`,
		};
	}

	const file = /\binvalid (?:user|group) index: -1$/v.test(message)
		? '/etc/passwd'
		: /open \S*(?<file>\/etc\/(?:passwd|group)): no such file or directory$/v.exec(
				message,
			)?.groups!['file'];
	return file === undefined
		? undefined
		: {
				kind: 'other',
				message: `--chown=${owner} can't be looked up: the stage has no ${file}.`,
				advice: 'Give numbers, such as --chown=1000:1000.',
			};
}
