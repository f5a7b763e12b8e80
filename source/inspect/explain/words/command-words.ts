/** A command of a shell text, as far as its words are plain. */
export type PlainCommand = {
	/** What is started. */
	readonly program: string;

	/** The folders that `cd` leads through before it, in their order. */
	readonly folders: readonly string[];
};

/** Words before a program that start it without being it. */
const passers = new Set([
	'then',
	'do',
	'else',
	'elif',
	'if',
	'while',
	'until',
	'!',
	'{',
	'exec',
	'command',
	'time',
	'(',
]);

/**
Reads what a shell text starts. It is no shell: what is quoted, expanded or nested in another way is passed over, so what
isn't found here may still be there.

@param text - What a shell is given behind `-c`.
*/
export function plainCommands(text: string): readonly PlainCommand[] {
	return readCommands(text).commands;
}

/** @returns The folders that `cd` leads through in all of a shell text, in their order. */
export function foldersLeft(text: string): readonly string[] {
	return readCommands(text).folders;
}

/** @returns The files that a shell text reads in its own shell: `. FILE`, `source FILE`. */
export function sourcedIn(text: string): readonly string[] {
	return partsOf(text).flatMap(
		part =>
			/^\s*(?:\.|source)\s+['"]?(?<file>[\w.\/+@\-]+)/v.exec(part)?.groups![
				'file'
			] ?? [],
	);
}

/** @returns What a shell text sets a variable to in its own shell: `PATH=/opt/bin:$PATH`, with quotes as they are written. */
export function assignedIn(text: string, name: string): readonly string[] {
	return partsOf(text).flatMap(part => {
		const words = part.trim().split(/\s+/v);
		const first = words.findIndex(word => !passers.has(word));
		const isExport = /^(?:export|declare|typeset)$/v.test(words[first] ?? '');
		const assignments = words.slice(first + (isExport ? 1 : 0));
		const isOwn =
			isExport || assignments.every(word => /^[A-Za-z_]\w*=/v.test(word));
		return isOwn ? assignments.filter(word => word.startsWith(`${name}=`)) : [];
	});
}

/** @returns Whether the path, or something below it, stands in the text. */
export function namesPath(text: string, path: string): boolean {
	return pathsIn(text).some(
		other => other === path || other.startsWith(`${path}/`),
	);
}

/** @returns What of a shell text are paths from the root, as far as they are plain, each once. */
export function pathsIn(text: string): readonly string[] {
	return [
		...new Set(
			[...text.matchAll(/(?<![\w.\/\-$\}])\/[\w.\/+@\-]+/gv)].map(
				([path]) => path,
			),
		),
	];
}

function readCommands(text: string): {
	readonly commands: readonly PlainCommand[];
	readonly folders: readonly string[];
} {
	const commands: PlainCommand[] = [];
	const folders: string[] = [];
	for (const part of partsOf(text)) {
		const words = part
			.trim()
			.split(/\s+/v)
			.map(word =>
				word.replaceAll(
					/^(?<quote>['"])(?<inner>[^'"]*)\k<quote>$/gv,
					'$<inner>',
				),
			)
			.filter(word => word !== '');
		const first = words.findIndex(
			word => !passers.has(word) && !/^[A-Za-z_]\w*=/v.test(word),
		);
		const program = words[first];
		if (program === undefined || !/^[\w.\/+@~\-]+$/v.test(program)) {
			continue;
		}

		const [argument] = words.slice(first + 1);
		if (program === 'cd') {
			if (argument !== undefined && /^[\w.\/+@\-]+$/v.test(argument)) {
				folders.push(argument);
			}

			continue;
		}

		commands.push({program, folders: [...folders]});
	}

	return {commands, folders};
}

const separators = new Set(';&|\n()');

/** The text between operators that end a command, outside of quotes and comments. */
function partsOf(text: string): readonly string[] {
	const parts: string[] = [];
	let part = '';
	let quote = '';
	for (let at = 0; at < text.length; at++) {
		const character = text[at]!;
		if (character === '\\' && quote !== "'") {
			const next = text[at + 1] ?? '';
			part += next === '\n' ? ' ' : character + next;
			at++;
		} else if (quote === '' && character === '#' && /(?:^|\s)$/v.test(part)) {
			const end = text.indexOf('\n', at);
			at = (end === -1 ? text.length : end) - 1;
		} else if (quote === '' && separators.has(character)) {
			parts.push(part);
			part = '';
		} else {
			if (character === quote) {
				quote = '';
			} else if (quote === '' && /['"]/v.test(character)) {
				quote = character;
			}

			part += character;
		}
	}

	return [...parts, part];
}
