const unknown = /^Unknown arguments?: (?<names>.+)$/v;
const valueless = /^Not enough arguments following: (?<name>.+)$/v;
const invalid =
	/^ *Argument: (?<name>.+), Given: (?<given>.*), Choices: (?<choices>.+)$/v;

/**
@param message - What yargs says of a wrong command line (yargs lib/validation.ts): an unknown flag under each spelling that it
would have had, and values on lines of their own.
@returns The same as the beginning of one sentence, without its full stop.
*/
export function usageMessage(message: string): string {
	const names = unknown.exec(message)?.groups?.['names']?.split(', ');
	if (names) {
		const typed = withoutOtherSpellings(names);
		return `Unknown argument${typed.length > 1 ? 's' : ''}: ${typed.join(', ')}`;
	}

	const name = valueless.exec(message)?.groups?.['name'];
	if (name !== undefined) {
		return `${name} needs a value`;
	}

	const values = message
		.split('\n')
		.map(line => invalid.exec(line)?.groups)
		.filter(groups => groups !== undefined)
		.map(
			groups =>
				`${groups['name']} can't be ${groups['given']}, it is one of ${groups['choices']}`,
		);
	return values.length > 0 ? values.join('; ') : message;
}

function withoutOtherSpellings(names: readonly string[]): readonly string[] {
	const others = new Set(
		names
			.filter(name => name.includes('-'))
			.map(name =>
				name.replaceAll(/-(?<letter>.)/gv, (_match, letter: string) =>
					letter.toUpperCase(),
				),
			),
	);
	return names.filter(name => !others.has(name));
}
